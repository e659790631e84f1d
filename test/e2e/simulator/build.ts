import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Component, type ComponentName, components, moduleFolder } from './components.ts'
import { go } from './go.ts'

const cache = fileURLToPath(new URL('../../../.cache/e2e/bin', import.meta.url))

/**
 * The path of a component's program, built if what pins it has changed since the last time. `say` hears of a build
 * before it begins and when it ended.
 */
export async function build(name: ComponentName, say: (line: string) => void = () => {}): Promise<string> {
  const component: Component = components[name]
  const folder = moduleFolder(component.folder)
  const file = `${name}-${await fingerprint(folder, component)}`
  const program = join(cache, file)
  if (existsSync(program)) return program

  say(`building ${name} (${component.package})`)
  const started = performance.now()
  await mkdir(cache, { recursive: true })
  const unfinished = `${program}.${process.pid}`
  await go(folder, ['build', `-ldflags=${linkerFlags(component)}`, '-o', unfinished, component.package])
  await rename(unfinished, program) // whole or not there, however many build it at once
  say(`built ${name} in ${Math.round((performance.now() - started) / 1000)} s`)
  await removeOlder(name, file)
  return program
}

/** The folder of a module's own files (its CRDs, for example), which `go` downloads if need be. */
export async function moduleDirectory(folder: string, module: string): Promise<string> {
  const directory = await go(moduleFolder(folder), ['list', '-m', '-f', '{{.Dir}}', module])
  if (directory.trim() !== '') return directory.trim()
  await go(moduleFolder(folder), ['mod', 'download', module])
  return (await go(moduleFolder(folder), ['list', '-m', '-f', '{{.Dir}}', module])).trim()
}

function linkerFlags({ variables = {} }: Component): string {
  return ['-s', '-w', ...Object.entries(variables).map(([name, value]) => `-X ${name}=${value}`)].join(' ')
}

async function fingerprint(folder: string, component: Component): Promise<string> {
  const hash = createHash('sha256').update(linkerFlags(component))
  for (const file of ['go.mod', 'go.sum']) hash.update(await readFile(join(folder, file)))
  return hash.digest('hex').slice(0, 12)
}

/** Programs of earlier pins; one that still runs goes on, as Linux keeps the file until it ended. */
async function removeOlder(name: string, current: string): Promise<void> {
  for (const file of await readdir(cache)) {
    const [, other] = /^(.*)-[0-9a-f]{12}$/.exec(file) ?? []
    if (other === name && file !== current) await rm(join(cache, file), { force: true })
  }
}
