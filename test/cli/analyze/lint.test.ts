import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { lintCommand } from '../../../cli/analyze/lint.ts'
import { run } from '../../../cli/run.ts'
import { runCommand, systemClock } from '../../../host/index.ts'

let cwd: string

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'lint-'))
})

afterAll(() => rm(cwd, { recursive: true, force: true }))

async function lint(metric: object, flags: string[] = []) {
  const provider = { prometheus: { query: 'rate(a[1m])' } }
  const spec = { metrics: [{ name: 'm', provider, ...metric }] }
  const template = { apiVersion: 'argoproj.io/v1alpha1', kind: 'AnalysisTemplate', metadata: { name: 't' }, spec }
  await writeFile(join(cwd, 't.yaml'), JSON.stringify(template))
  const out: string[] = []
  const stdout = { write: (text: string) => out.push(text) }
  const code = await run(
    ['lint', 't.yaml', ...flags],
    { lint: async () => lintCommand },
    {
      ...{ stdout, stderr: { write() {} }, env: {}, clock: systemClock, fetch, run: runCommand },
      ...{ signal: new AbortController().signal, cwd, temporary: cwd },
    },
  )
  return { code, out: out.join('') }
}

test('no finding is exit code 0 and says nothing', async () => {
  expect(await lint({})).toEqual({ code: 0, out: '' })
})

test('an error is exit code 2, with place, problem and cure', async () => {
  const { code, out } = await lint({ interval: '1d', count: 3 })
  expect(code).toBe(2)
  expect(out).toMatch(
    /^t\.yaml:1:\d+: error: interval: time: unknown unit "d" in duration "1d"\. Units are ms, s, m and h: a day is 24h \(duration\)\n$/,
  )
})

test('a warning is exit code 0, and JSON where asked for', async () => {
  const { code, out } = await lint({}, ['--scrape-interval', '1m', '--json'])
  expect(code).toBe(0)
  expect(JSON.parse(out).findings).toMatchObject([{ rule: 'range-too-short', severity: 'warning' }])
})
