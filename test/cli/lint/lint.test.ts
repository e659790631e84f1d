import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { lintCommand } from '../../../cli/lint/index.ts'
import { run } from '../../../cli/run.ts'
import { runCommand, systemClock } from '../../../host/index.ts'

let cwd: string

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'lint-'))
})

afterEach(() => rm(cwd, { recursive: true, force: true }))

async function write(files: Record<string, string>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(cwd, name)), { recursive: true })
    await writeFile(join(cwd, name), text)
  }
}

async function lint(args: string[], env: Record<string, string> = {}) {
  const [out, err]: [string[], string[]] = [[], []]
  const code = await run(
    ['lint', ...args],
    { lint: async () => lintCommand },
    {
      ...{ stdout: { write: (text: string) => out.push(text) }, stderr: { write: (text: string) => err.push(text) } },
      ...{ env, clock: systemClock, fetch, run: runCommand },
      ...{ signal: new AbortController().signal, cwd, temporary: cwd },
    },
  )
  return { code, out: out.join(''), err: err.join('') }
}

/** A template with one metric: these lines, then a query that nothing is wrong with. */
function template(lines: string, query = 'sum(rate(a[{{args.window}}])) or vector(0)'): string {
  return `apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: { name: t }
spec:
  args: [{ name: window, value: 1m }]
  metrics:
    - name: m
      successCondition: result[0] < 1
${lines}      provider:
        prometheus:
          query: '${query}'
`
}

test('no finding is exit code 0, and nothing on standard output', async () => {
  await write({ 't.yaml': template('') })
  expect(await lint(['t.yaml'])).toEqual({ code: 0, out: '', err: '0 errors and 0 warnings in 1 template\n' })
})

test('an error is exit code 2, with place, severity, problem, cure and rule', async () => {
  await write({ 't.yaml': template('      interval: 1d\n      count: 3\n') })
  const { code, out } = await lint(['t.yaml'])
  expect(code).toBe(2)
  expect(out).toBe(
    't.yaml:9:17: error: interval: time: unknown unit "d" in duration "1d". Units are ms, s, m and h: a day is 24h [duration]\n',
  )
})

test('a warning is exit code 0, and 2 where they are taken seriously', async () => {
  await write({ 't.yaml': template('      interval: 1m\n') })
  expect((await lint(['t.yaml'])).code).toBe(0)
  expect((await lint(['t.yaml', '--strict'])).code).toBe(2)
})

test('the scrape interval and arguments are given as flags', async () => {
  await write({ 't.yaml': template('') })
  const rules = async (...flags: string[]) =>
    JSON.parse((await lint(['t.yaml', '--json', ...flags])).out).findings.map(({ rule }: { rule: string }) => rule)
  expect(await rules()).toEqual([])
  expect(await rules('--scrape-interval', '1m')).toEqual(['range-too-short'])
  expect(await rules('--arg', 'window=10s')).toEqual(['range-too-short'])
  expect(await rules('--arg', 'window=10x')).toEqual(['promql-syntax'])
})

test('JSON holds the place in parts', async () => {
  await write({ 't.yaml': template('', 'sum(rate(a[1m])') })
  expect(JSON.parse((await lint(['t.yaml', '--format', 'json'])).out)).toEqual({
    findings: [
      {
        rule: 'promql-syntax',
        severity: 'error',
        problem: 'the query ends too early',
        cure: 'Correct the query: every measurement would end in an error',
        place: { file: 't.yaml', line: 11, column: 34 },
      },
    ],
  })
})

test('in GitHub Actions findings are annotations, which hold nothing that the runner would obey', async () => {
  await write({
    'a/t,1:2.yaml': template('', 'a{b="%0A::error::x"} or').replace('- name: m', '- name: "m\\n::stop-commands::x"'),
  })
  const { out } = await lint(['a/t,1:2.yaml'], { GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: dirname(cwd) })
  const folder = cwd.slice(dirname(cwd).length + 1)
  expect(out).toBe(
    `::error file=${folder}/a/t%2C1%3A2.yaml,line=11,col=42,title=stovepipe lint%3A promql-syntax::the query ends too early. ` +
      'Correct the query: every measurement would end in an error [promql-syntax] (a/t,1:2.yaml:11:42)\n',
  )
  await write({ 't.yaml': template('', '"%0a\n') })
  const hostile = await lint(['t.yaml', '--format', 'github'])
  expect(hostile.out.trimEnd().split('\n')).toHaveLength(1)
  expect((await lint(['t.yaml', '--format', 'text'], { GITHUB_ACTIONS: 'true' })).out).toMatch(/^t\.yaml:12/)
})

test('a folder takes every template below it and skips what is none', async () => {
  await write({
    'a/t.yaml': template('      interval: 1m\n'),
    'a/b/u.yml': template('      interval: 1m\n'),
    'a/rollout.yaml': 'apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nspec: { strategy: {} }\n---\n- a list\n---\n',
    'a/chart.yaml': 'kind: Deployment\nspec: {{ .Values.x }}\n',
    'a/broken.yaml': 'kind: AnalysisTemplate\nspec: {{ .Values.x }}\n',
    'a/t.txt': 'interval: 1m',
    'a/node_modules/x/t.yaml': template('      interval: 1m\n'),
  })
  const { code, out, err } = await lint(['a'])
  expect(out.split('\n').map(line => line.replace(/: (error|warning): .* \[/, ' ['))).toEqual([
    expect.stringMatching(/^a\/broken\.yaml:\d+:\d+ \[invalid-yaml\]$/),
    'a/b/u.yml:9:17 [interval-without-count]',
    'a/t.yaml:9:17 [interval-without-count]',
    '',
  ])
  expect([code, err]).toEqual([2, '1 error and 2 warnings in 2 templates\n'])
})

test('files without a template are told, as nothing was checked', async () => {
  await write({ 'x.yaml': 'kind: Service\n' })
  expect(await lint(['x.yaml'])).toEqual({
    ...{ code: 0, out: '' },
    err: 'warning: there is no AnalysisTemplate in these files\n',
  })
})

test.each([
  [
    ['t.yaml', '--format', 'xml'],
    'input "--format": there is no such format (found "xml"). Write text, json or github',
  ],
  [
    ['t.yaml', '--scrape-interval', '0'],
    'input "--scrape-interval": not a duration (found "0"). Write it as 15s or 1m',
  ],
  [['t.yaml', '--arg', 'a=1', '--arg', 'a=2'], 'input "--arg": given twice (found "a")'],
  [['t.yaml', '--arg', 'a'], 'input "--arg": not NAME=VALUE (found "a")'],
  [['none.yaml'], 'input "FILE": there is no such file or folder (found "none.yaml")'],
])('%j is refused', async (args, message) => {
  await write({ 't.yaml': template('') })
  expect(await lint(args)).toEqual({ code: 2, out: '', err: `error: ${message}\n` })
})
