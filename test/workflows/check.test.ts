import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { CommandNotFoundError, type CommandResult, type RunCommand } from '../../host/index.ts'
import { actionlint } from '../../scripts/check-workflows/actionlint.ts'
import { zizmor } from '../../scripts/check-workflows/zizmor.ts'

type Call = { program: string; args: readonly string[] }

function recording(answer: (call: Call) => CommandResult): { run: RunCommand; calls: Call[] } {
  const calls: Call[] = []
  const run: RunCommand = async (program, args) => {
    calls.push({ program, args })
    return answer({ program, args })
  }
  return { run, calls }
}

const good: CommandResult = { code: 0, signal: null, stdout: '', stderr: '' }

function inFolder<T>(use: (root: string) => Promise<T>): Promise<T> {
  const root = mkdtempSync(join(tmpdir(), 'stovepipe-lint-'))
  return use(root).finally(() => rmSync(root, { recursive: true, force: true }))
}

test.each([
  { linter: actionlint, program: 'go', cure: 'Install Go' },
  { linter: zizmor, program: 'python3', cure: 'Install Python 3 with pip' },
])('$linter.name: says what to install where $program is missing', async ({ linter, program, cure }) => {
  const { run } = recording(call => {
    throw new CommandNotFoundError(`${call.program}: not found`)
  })
  const installed = await inFolder(root => linter.install(root, run))
  expect(installed).toEqual({ missing: expect.stringContaining(cure) })
  expect(installed).toEqual({ missing: expect.stringContaining(`\`${program}\` is not installed`) })
})

test.each([actionlint, zizmor])('$name: passes on why it could not be installed', async linter => {
  const { run } = recording(() => ({ ...good, code: 1, stderr: 'no network\nat all\n' }))
  const installed = await inFolder(root => linter.install(root, run))
  expect(installed).toEqual({ missing: expect.stringContaining('said: no network / at all') })
})

test.each([actionlint, zizmor])('$name: is installed in an exact version, below .cache/', async linter => {
  const { run, calls } = recording(() => good)
  const installed = await inFolder(root => linter.install(root, run))
  expect(calls).toHaveLength(1)
  expect(calls[0]?.args.at(-1)).toMatch(/(@v|==)\d+\.\d+\.\d+$/)
  expect(installed).toEqual({ program: expect.stringMatching(/\/\.cache\/\w+-\d+\.\d+\.\d+\//) })
})

test('names every file, because zizmor passes over workflows/', async () => {
  const files = { workflows: ['workflows/release.yml'], actions: ['actions/promote/action.yml'] }
  const { run, calls } = recording(() => good)
  await zizmor.check('zizmor', '/repository', files, run)
  await actionlint.check('actionlint', '/repository', files, run)
  expect(calls.map(({ args }) => args)).toEqual([
    expect.arrayContaining(['--offline', 'pedantic', 'workflows/release.yml', 'actions/promote/action.yml']),
    expect.arrayContaining(['workflows/release.yml']),
  ])
})
