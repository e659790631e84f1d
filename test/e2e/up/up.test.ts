import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { runCommand } from '../../../host/index.ts'
import { startOf } from '../simulator/alive.ts'
import { templateApps } from '../simulator/template.ts'

// `npm run up` and `npm run down` as a person has them, in a folder of their own and with seconds for minutes; the command
// that `up` prints ships a release.

const script = (path: string) => fileURLToPath(new URL(path, import.meta.url))
let folder: string
let home: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stovepipe-up-'))
  home = join(folder, 'up')
})
afterAll(async () => {
  await run(script('../down.ts'), '--home', home)
  await rm(folder, { recursive: true, force: true })
})

test('what is up ships a release by the command that it prints, says so when asked again, and goes without a trace', async () => {
  const up = await run(script('../up.ts'), '--home', home, '--soon')
  expect(up).toMatchObject({ code: 0 })
  const guide = await readFile(join(home, 'guide.txt'), 'utf8')
  expect(up.stdout).toContain(guide)
  const pids = (await readFile(join(home, 'processes'), 'utf8'))
    .trim()
    .split('\n')
    .map(line => Number.parseInt(line, 10))
  expect(pids.length).toBeGreaterThan(20)
  expect(pids.filter(pid => startOf(pid) === '')).toEqual([])

  const commands = guide.split('\n').filter(line => line.includes('npx stovepipe promote'))
  expect(commands).toHaveLength(2 * (await templateApps()).length)
  const ship =
    commands
      .find(line => line.includes('--app coolkit'))
      ?.trim()
      .split(' ')
      .slice(2) ?? []
  const shipped = await run(script('../../../cli/main.ts'), ...ship, '--json')
  expect({ code: shipped.code, result: JSON.parse(shipped.stdout).result }).toEqual({ code: 0, result: 'promoted' })

  const again = await run(script('../up.ts'), '--home', home, '--soon')
  expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('It is up already.') })

  const down = await run(script('../down.ts'), '--home', home)
  expect(down).toMatchObject({ code: 0, stdout: `${pids.length} processes ended; nothing is left\n` })
  expect(pids.filter(pid => startOf(pid) !== '')).toEqual([])
  expect(existsSync(home)).toBe(false)
  const addresses = [...guide.matchAll(/\bhttps?:\/\/127\.0\.0\.1:\d+/g)].map(([url]) => url)
  expect(addresses.length).toBeGreaterThan(5)
  for (const url of addresses) await expect(fetch(url)).rejects.toThrow()
}, 500_000)

function run(file: string, ...args: string[]) {
  return runCommand(process.execPath, [file, ...args], { timeout: 400_000 })
}
