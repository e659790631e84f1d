import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { CommandNotFoundError, runCommand } from '../../host/index.ts'

/** The program to compare with, or why there is none. */
export type Kustomize = { kind: 'found'; program: string; version: string } | { kind: 'missing'; why: string }

const version = 'v5.7.1'

/** Finds kustomize: the one in the cache, made there from its Go module where Go is installed, or the user's own. */
export async function findKustomize(root: string): Promise<Kustomize> {
  const cache = join(root, '.cache', `kustomize-${version}`)
  const program = join(cache, 'kustomize')
  const cached = () =>
    access(program).then(
      () => true,
      () => false,
    )
  if (!(await cached())) {
    const answer = await tryRun('go', ['install', `sigs.k8s.io/kustomize/kustomize/v5@${version}`], { GOBIN: cache })
    if (answer?.code !== 0 && answer) console.error(`go install failed: ${answer.stderr.trim().split('\n').at(-1)}`)
  }
  if (await cached()) return { kind: 'found', program, version }
  const own = await tryRun('kustomize', ['version'])
  if (own?.code === 0) return { kind: 'found', program: 'kustomize', version: own.stdout.trim() }
  return { kind: 'missing', why: 'neither Go nor kustomize is installed here' }
}

async function tryRun(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  try {
    return await runCommand(program, args, { env: { ...process.env, ...env }, timeout: 300_000 })
  } catch (error) {
    if (error instanceof CommandNotFoundError) return undefined
    throw error
  }
}
