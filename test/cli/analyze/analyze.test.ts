import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { analyzeCommand } from '../../../cli/analyze/index.ts'
import { run } from '../../../cli/run.ts'
import { runCommand } from '../../../host/index.ts'
import { VirtualClock } from '../../support/clock.ts'
import { type Script, startScripted } from '../../support/prometheus/scripted.ts'

let cwd: string

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'analyze-'))
})

afterAll(() => rm(cwd, { recursive: true, force: true }))

async function analyze(script: Script, flags: string[], env: Record<string, string> = {}) {
  const server = await startScripted(script)
  const spec = {
    args: [{ name: 'limit', value: '1' }],
    metrics: [
      {
        name: 'm',
        interval: '1s',
        count: 3,
        successCondition: 'result[0] < {{args.limit}}',
        provider: { prometheus: { query: 'q', ...(env.FROM_ENVIRONMENT ? {} : { address: server.url }) } },
      },
    ],
  }
  await writeFile(
    join(cwd, 'run.yaml'),
    JSON.stringify({ apiVersion: 'argoproj.io/v1alpha1', kind: 'AnalysisRun', metadata: { name: 'r' }, spec }),
  )
  const out: string[] = []
  const err: string[] = []
  const code = await run(
    ['analyze', ...flags],
    { analyze: async () => analyzeCommand },
    {
      stdout: { write: text => out.push(text) },
      stderr: { write: text => err.push(text) },
      env: env.FROM_ENVIRONMENT ? { ARGO_ROLLOUTS_PROMETHEUS_ADDRESS: server.url } : {},
      clock: new VirtualClock(),
      fetch,
      run: runCommand,
      signal: new AbortController().signal,
      cwd,
      temporary: cwd,
    },
  )
  await server.close()
  return { code, out: out.join(''), err: err.join('') }
}

test.each<[string, Script, string[], number, string]>([
  ['Successful', { q: [{ v: [0.5] }] }, [], 0, 'Successful'],
  ['Failed', { q: [{ v: [0.5] }] }, ['--arg', 'limit=0.1'], 3, 'Failed'],
  ['Error', { q: [{ status: 500, body: '' }] }, [], 5, 'Error'],
  ['terminated', { q: [{ v: [0.5] }] }, ['--terminate-after', '0.5'], 130, 'Successful'],
])(
  '%s: the status alone is on standard output, the exit code says the rest',
  async (_name, script, flags, code, phase) => {
    const result = await analyze(script, ['run.yaml', '--json', ...flags])
    expect([result.code, JSON.parse(result.out).status.phase]).toEqual([code, phase])
  },
)

test('without --json the verdict is told to a person', async () => {
  const { out, err } = await analyze({ q: [{ v: [0.5] }] }, ['run.yaml'])
  expect(err.match(/m: Successful \[0\.5\]/g)).toHaveLength(3)
  expect(out).toContain('r: successful\n1 metric held in 3 measurements.\n')
  expect(out).toContain('m: Successful  ▁▁▁')
})

test('the address comes from the environment where no template names one', async () => {
  const { code } = await analyze({ q: [{ v: [0.5] }] }, ['run.yaml'], { FROM_ENVIRONMENT: 'yes' })
  expect(code).toBe(0)
})

test.each<[string[], string]>([
  [['nothing.yaml'], 'there is no such file or folder'],
  [['run.yaml', '--terminate-after', 'soon'], 'not a number of seconds'],
])('analyze %j is refused with exit code 2', async (flags, message) => {
  const { code, out, err } = await analyze({}, flags)
  expect([code, out]).toEqual([2, ''])
  expect(err).toContain(message)
})
