import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { requireGo } from '../../../scripts/parts/go.mjs'
import { go } from '../simulator/go.ts'

const folder = fileURLToPath(new URL('.', import.meta.url))
const cache = fileURLToPath(new URL('../../../.cache/e2e/bin', import.meta.url))

/**
 * The path of the program that renders ApplicationSets, built if a source or a pin has changed since the last time.
 * Throws an Error that says which Go to install where there is none.
 */
export async function buildGenerators(say: (line: string) => void = () => {}): Promise<string> {
  const file = `generators-${await fingerprint()}`
  const program = join(cache, file)
  if (existsSync(program)) return program

  requireGo()
  say('building the generators of ApplicationSets from Argo CD')
  const started = performance.now()
  await mkdir(cache, { recursive: true })
  const unfinished = `${program}.${process.pid}`
  await go(folder, ['build', '-ldflags=-s -w', '-o', unfinished, '.'])
  await rename(unfinished, program) // whole or not there, however many build it at once
  say(`built the generators in ${Math.round((performance.now() - started) / 1000)} s`)
  for (const old of await readdir(cache)) {
    if (/^generators-[0-9a-f]{12}$/.test(old) && old !== file) await rm(join(cache, old), { force: true })
  }
  return program
}

async function fingerprint(): Promise<string> {
  const files = (await readdir(folder)).filter(file => /\.(?:go|mod|sum)$/.test(file)).sort()
  const hash = createHash('sha256')
  for (const file of files) hash.update(`${file}\n`).update(await readFile(join(folder, file)))
  return hash.digest('hex').slice(0, 12)
}
