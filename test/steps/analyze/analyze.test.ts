import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { ConfigurationError } from '../../../configuration/index.ts'
import { silentLog } from '../../../host/index.ts'
import { type AnalyzeInputs, analyze, parseAnalyzeInputs } from '../../../steps/analyze/index.ts'
import { VirtualClock } from '../../support/clock.ts'
import { type Script, startScripted } from '../../support/prometheus/scripted.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'analyze-'))
  await mkdir(join(folder, 'workspace/analysis'), { recursive: true })
})

afterEach(() => rm(folder, { recursive: true, force: true }))

const template = `apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: { name: errors }
spec:
  args: [{ name: service }]
  metrics:
    - name: error-ratio
      interval: 30s
      count: 3
      successCondition: result[0] < 0.05
      provider:
        prometheus: { query: 'ratio_{{args.service}}' }
`

const none: AnalyzeInputs = {
  'prometheus-url': '',
  'prometheus-headers': [],
  templates: ['analysis'],
  args: ['service=web'],
  secrets: [],
  timeout: '',
  report: '',
  'dry-run': 'false',
}

async function request(inputs: Partial<AnalyzeInputs>, env: Record<string, string> = {}, yaml = template) {
  const base = join(folder, 'workspace')
  await writeFile(join(base, 'analysis/errors.yaml'), yaml)
  return parseAnalyzeInputs({ ...none, ...inputs }, { base, within: [base], env })
}

async function play(script: Script, inputs: Partial<AnalyzeInputs> = {}, stopAfter?: number) {
  const server = await startScripted(script)
  const clock = new VirtualClock()
  const stop = new AbortController()
  if (stopAfter !== undefined) clock.at(clock.now() + stopAfter, () => stop.abort(new Error('cancelled')))
  const lines: string[] = []
  const log = { ...silentLog, info: (line: string) => lines.push(line) }
  try {
    const asked = await request({ 'prometheus-url': server.url, ...inputs })
    const report = await analyze(asked, { clock, fetch, log, signal: stop.signal })
    return { report, lines, url: server.url }
  } finally {
    await server.close()
  }
}

test('a run that held says so, one line a measurement', async () => {
  const { report, lines } = await play({ ratio_web: [{ v: [0.01] }, { v: [0.02] }] })
  expect(report).toMatchObject({
    name: 'errors',
    result: 'successful',
    sentence: '1 metric held in 3 measurements.',
    status: { phase: 'Successful' },
  })
  expect(lines).toEqual([
    'error-ratio: Successful [0.01] (1 of 3, next in 30s)',
    'error-ratio: Successful [0.02] (2 of 3, next in 30s)',
    'error-ratio: Successful [0.02] (3 of 3, ends Successful)',
  ])
})

test('a measurement says what is used of the limits, and when it is tried again', async () => {
  const { lines } = await play({ ratio_web: [{ status: 503, body: '' }, { v: [0.01] }, { v: [0.25] }] })
  expect(lines).toEqual([
    'error-ratio: Error server_error: server error: 503 (0 of 3, consecutiveErrorLimit 1 of 4, next in 10s)',
    'error-ratio: Successful [0.01] (1 of 3, next in 30s)',
    'error-ratio: Failed [0.25] (2 of 3, failureLimit 1 of 0, ends Failed)',
  ])
})

test('a failure is one sentence with metric, value, threshold, time and query', async () => {
  const { report } = await play({ ratio_web: [{ v: [0.01] }, { v: [0.25] }] })
  expect(report.result).toBe('failed')
  expect(report.sentence).toBe(
    'Metric "error-ratio" failed: [0.25] at 2023-11-14T22:13:50Z does not meet successCondition `result[0] < 0.05`; 1 measurement failed, 0 may. Query: `ratio_web`',
  )
  expect(report.metrics[0]).toMatchObject({
    place: 'analysis/errors.yaml:7:7',
    limits: [
      { name: 'count', limit: 3, used: 2 },
      { name: 'failureLimit', limit: 0, used: 1 },
      { name: 'inconclusiveLimit', limit: 0, used: 0 },
      { name: 'consecutiveErrorLimit', limit: 4, used: 0 },
    ],
    measurements: [{ values: ['0.01'] }, { values: ['0.25'] }],
  })
})

test('a Prometheus that is down is an error with its address and a cure, after five tries', async () => {
  const { report } = await play({}, { 'prometheus-url': 'http://127.0.0.1:9' })
  expect(report.result).toBe('error')
  expect(report.sentence).toMatch(
    /^Metric "error-ratio" could not be measured 5 times running, 4 may: Prometheus at http:\/\/127\.0\.0\.1:9 does not answer: .*, at 2023-11-14T22:14:00Z\. Check the address, and that it can be reached from here\. Query: `ratio_web`$/,
  )
})

test('a run that is cancelled is no success, and its report is written', async () => {
  const { report } = await play({ ratio_web: [{ v: [0.01] }] }, { report: 'out/run.json' }, 40_000)
  expect(report).toMatchObject({ result: 'cancelled', status: { phase: 'Successful', message: 'Run Terminated' } })
  expect(report.metrics[0]?.measurements).toHaveLength(2)
  expect(JSON.parse(await readFile(join(folder, 'workspace/out/run.json'), 'utf8'))).toEqual(report)
})

test('a run that is not over in time is no success', async () => {
  const { report } = await play({ ratio_web: [{ v: [0.01] }] }, { timeout: '45s' })
  expect(report).toMatchObject({ result: 'timed-out', status: { phase: 'Successful' } })
})

test('no secret is in a report: neither a header nor the value of a secretKeyRef', async () => {
  const yaml = template
    .replace('{ name: service }', '{ name: service, valueFrom: { secretKeyRef: { name: s, key: k } } }')
    .replace('count: 3', 'count: 3\n      consecutiveErrorLimit: 0')
  const asked = await request(
    { 'prometheus-headers': ['Authorization: Bearer abcdefgh'], secrets: ['s/k=env:TOKEN'], args: [] },
    { TOKEN: 'hunter2-secret' },
    yaml,
  )
  const echo: typeof fetch = async (_url, init) =>
    new Response(`${String(init?.body)} ${new Headers(init?.headers).get('authorization')}`)
  const report = await analyze(
    { ...asked, prometheusUrl: 'http://prometheus' },
    { clock: new VirtualClock(), fetch: echo, log: silentLog, signal: new AbortController().signal },
  )
  expect(report.result).toBe('error')
  expect(report.metrics[0]?.query).toBe('ratio_*****')
  expect(JSON.stringify(report)).toContain('query=ratio_')
  expect(JSON.stringify(report)).not.toMatch(/hunter2|abcdefgh/)
})

test.each<[string, Partial<AnalyzeInputs>, RegExp]>([
  [
    'a file that is not there',
    { templates: ['nothing.yaml'] },
    /input "templates": there is no such file.*nothing\.yaml/,
  ],
  [
    'a path out of the workspace',
    { templates: ['../outside.yaml'] },
    /input "templates": the path leads out of the workspace/,
  ],
  ['a link out of the workspace', { templates: ['link.yaml'] }, /leads out of the workspace/],
  ['no template at all', { templates: [] }, /input "templates": there is nothing to run/],
  ['a report out of the workspace', { report: '../report' }, /input "report": the path leads out/],
  [
    'a report through a link out of the workspace',
    { report: 'elsewhere/report' },
    /input "report": the path leads out/,
  ],
  ['an argument without a value', { args: ['service'] }, /input "args": not a name and a value \(found "service"\)/],
  ['an argument given twice', { args: ['service=a', 'service=b'] }, /input "args": given more than once/],
  ['an argument that is missing', { args: [] }, /args\.service was not resolved/],
  ['a timeout in days', { timeout: '1d' }, /input "timeout": not a duration \(found "1d"\)/],
  ['a dry run that is neither', { 'dry-run': 'maybe' }, /input "dry-run": not true or false/],
  ['a secret that is read from nowhere', { secrets: ['s/k=TOKEN'] }, /s\/k is read from nowhere/],
  [
    'a secret from a variable that is not set',
    { secrets: ['s/k=env:NOPE'] },
    /variable for s\/k is not set \(found "NOPE"\)/,
  ],
])('%s is refused with the input, the value and a cure', async (_name, inputs, message) => {
  await writeFile(join(folder, 'outside.yaml'), template)
  await symlink(join(folder, 'outside.yaml'), join(folder, 'workspace/link.yaml'))
  await symlink(folder, join(folder, 'workspace/elsewhere'))
  const refused = request(inputs)
  await expect(refused).rejects.toThrow(ConfigurationError)
  await expect(refused).rejects.toThrow(message)
})

test('a header that is none is refused without being shown', async () => {
  const refused = request({ 'prometheus-headers': ['hunter2-secret'] })
  await expect(refused).rejects.toThrow('input "prometheus-headers": line 1 is not a header')
  await expect(refused).rejects.not.toThrow('hunter2')
})

test('what a run here cannot have is noted: a time to live, and fields of a Rollout', async () => {
  const metrics = '[{ name: a, provider: { prometheus: { query: up } } }]'
  const args = '[{ name: x, valueFrom: { fieldRef: { fieldPath: metadata.name } } }]'
  const run = `apiVersion: argoproj.io/v1alpha1
kind: AnalysisRun
spec: { metrics: ${metrics}, args: ${args}, ttlStrategy: { secondsAfterCompletion: 1 } }
`
  expect((await request({ args: [] }, {}, run)).notes).toEqual([
    'argument "x" reads a field of a Rollout, and there is no Rollout here: supply its value instead',
    'ttlStrategy is ignored: nothing is kept that could be deleted',
  ])
})
