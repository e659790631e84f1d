import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { inTurn } from './turn.ts'

const turn = fileURLToPath(new URL('../../../.cache/e2e/building', import.meta.url))
const building = new Map<string, Promise<string>>()

/**
 * Runs the go command in a module's folder and gives what it prints. `GOTOOLCHAIN=auto` lets it fetch the toolchain that
 * the module asks for (https://go.dev/doc/toolchain), whatever the machine's own setting; no C compiler is needed.
 * Ctrl-C in a terminal reaches it too: it shares our process group. Builds wait for each other, and who asks for one
 * that is under way gets that.
 */
export function go(folder: string, args: readonly string[]): Promise<string> {
  if (args[0] !== 'build') return run(folder, args)
  const key = JSON.stringify([folder, args])
  const begun = building.get(key) ?? inTurn(turn, () => run(folder, args)).finally(() => building.delete(key))
  building.set(key, begun)
  return begun
}

function run(folder: string, args: readonly string[]): Promise<string> {
  const env = { ...process.env, GOTOOLCHAIN: 'auto', GOWORK: 'off', CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false' }
  return new Promise((resolve, reject) => {
    const child = spawn('go', args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString()
    })
    child.stderr.on('data', (chunk: Buffer) => {
      stderr = (stderr + chunk.toString()).slice(-8000)
    })
    child.on('error', reject)
    child.on('close', code => {
      if (code === 0) resolve(stdout)
      else reject(new Error(`go ${args.join(' ')} in ${folder} ended with ${code}:\n${stderr.trim()}`))
    })
  })
}
