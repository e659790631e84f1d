import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from '@jest/globals'

const turn = fileURLToPath(new URL('simulator/turn.ts', import.meta.url))
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'turn-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** A process that takes its turns, and writes down when one begins and ends. */
async function worker(name: string, turns: number): Promise<void> {
  const program = `
    const { inTurn } = await import(${JSON.stringify(turn)})
    const { appendFileSync } = await import('node:fs')
    for (let count = 0; count < ${turns}; count++) {
      await inTurn(${JSON.stringify(join(folder, 'turn'))}, async () => {
        appendFileSync(${JSON.stringify(join(folder, 'log'))}, 'begin ${name}\\n')
        await new Promise(resolve => setTimeout(resolve, 20))
        appendFileSync(${JSON.stringify(join(folder, 'log'))}, 'end ${name}\\n')
      })
    }`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio: 'inherit' })
  const [code] = await once(child, 'exit')
  expect(code).toBe(0)
}

test.each([
  ['nobody', undefined],
  ['a process that is gone', '2147483646'],
])('turns never overlap, where %s had the last one', async (_who, owner) => {
  if (owner !== undefined) await writeFile(join(folder, 'turn'), owner)
  await Promise.all(['a', 'b', 'c'].map(name => worker(name, 3)))
  const lines = (await readFile(join(folder, 'log'), 'utf8')).trim().split('\n')
  expect(lines).toHaveLength(18)
  for (let index = 0; index < lines.length; index += 2) {
    expect(lines[index]?.replace('begin', 'end')).toBe(lines[index + 1])
  }
})
