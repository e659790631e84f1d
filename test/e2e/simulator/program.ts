import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { requireGo } from '../../../scripts/parts/go.mjs'
import { go } from './go.ts'

const cache = fileURLToPath(new URL('../../../.cache/e2e/bin', import.meta.url))

/** A program made of a Go module: of its own sources, or of a package of another module that it pins. */
export type GoProgram = {
  /** Its file's name, before the fingerprint. */
  name: string
  /** The folder with `go.mod`, `go.sum` and the sources there are. */
  module: string
  /** The main package; the module's own by default. */
  package?: string
  /** Set at link time, by the full name of the variable. */
  variables?: Readonly<Record<string, string>>
}

/**
 * The path of a Go program, built if what it is made of has changed since the last time. `say` hears of a build before
 * it begins, with what is `about` it, and when it ended. Throws an Error that says which Go to install where there is
 * none.
 */
export async function buildProgram(
  of: GoProgram,
  say: (line: string) => void = () => {},
  about = of.package ?? of.module,
): Promise<string> {
  const file = `${of.name}-${await fingerprint(of)}`
  const program = join(cache, file)
  if (existsSync(program)) return program

  requireGo()
  say(`building ${of.name} (${about})`)
  const started = performance.now()
  await mkdir(cache, { recursive: true })
  const unfinished = `${program}.${process.pid}`
  await go(of.module, ['build', `-ldflags=${linkerFlags(of)}`, '-o', unfinished, of.package ?? '.'])
  await rename(unfinished, program) // whole or not there, however many build it at once
  say(`built ${of.name} in ${Math.round((performance.now() - started) / 1000)} s`)
  await removeOlder(of.name, file)
  return program
}

function linkerFlags({ variables = {} }: GoProgram): string {
  return ['-s', '-w', ...Object.entries(variables).map(([name, value]) => `-X ${name}=${value}`)].join(' ')
}

async function fingerprint(of: GoProgram): Promise<string> {
  const hash = createHash('sha256').update(linkerFlags(of))
  const files = (await readdir(of.module)).filter(file => /\.(?:go|s|mod|sum)$/.test(file)).sort()
  for (const file of files) hash.update(await readFile(join(of.module, file)))
  return hash.digest('hex').slice(0, 12)
}

/** Programs of earlier pins; one that still runs goes on, as Linux keeps the file until it ended. */
async function removeOlder(name: string, current: string): Promise<void> {
  for (const file of await readdir(cache)) {
    const [, other] = /^(.*)-[0-9a-f]{12}$/.exec(file) ?? []
    if (other === name && file !== current) await rm(join(cache, file), { force: true })
  }
}
