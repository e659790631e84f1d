import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { summarize } from '../../../actions/canary-analysis/summary.ts'
import { reportSchema } from '../../../steps/analyze/index.ts'
import { fullReport } from '../../steps/analyze/reports.ts'
import { type Reply, startScripted } from '../../support/prometheus/scripted.ts'

const main = fileURLToPath(new URL('../../../actions/canary-analysis/main.ts', import.meta.url))

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'canary-analysis-'))
})

afterEach(() => rm(folder, { recursive: true, force: true }))

/** Starts the action as the runner does: inputs in the environment, outputs and summary in files. */
async function start(replies: Reply[], inputs: Record<string, string> = {}, cancelAfterQueries?: number) {
  const server = await startScripted({ q: replies })
  const spec = {
    metrics: [
      {
        name: 'm|<b>',
        interval: '100ms',
        count: cancelAfterQueries === undefined ? 2 : 1000,
        consecutiveErrorLimit: 0,
        successCondition: 'result[0] == 1',
        failureCondition: 'result[0] == 0',
        provider: { prometheus: { query: 'q' } },
      },
    ],
  }
  const document = { apiVersion: 'argoproj.io/v1alpha1', kind: 'AnalysisTemplate', metadata: { name: 't' }, spec }
  await writeFile(join(folder, 'template.yaml'), JSON.stringify(document))
  for (const name of ['output', 'summary']) await writeFile(join(folder, name), '')
  const all = { 'prometheus-url': server.url, templates: 'template.yaml', report: 'report.json', ...inputs }
  const child = spawn(process.execPath, [main], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      GITHUB_WORKSPACE: folder,
      GITHUB_OUTPUT: join(folder, 'output'),
      GITHUB_STEP_SUMMARY: join(folder, 'summary'),
      ...Object.fromEntries(Object.entries(all).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
    },
  })
  let log = ''
  child.stdout.on('data', chunk => {
    log += chunk
    // Once: the runner sends it once, and a second one may meet a process that is ending.
    if (cancelAfterQueries === undefined || child.killed) return
    if ((server.asked.get('q') ?? 0) >= cancelAfterQueries) child.kill('SIGINT')
  })
  child.stderr.on('data', chunk => {
    log += chunk
  })
  const code = await new Promise(resolve => child.once('close', resolve))
  await server.close()
  const [output, summary, report] = await Promise.all(
    ['output', 'summary', 'report.json'].map(name => readFile(join(folder, name), 'utf8').catch(() => '')),
  )
  return { code, log, output, summary, report: report ? JSON.parse(report) : undefined }
}

test.each<[string, Reply[], number, string, RegExp]>([
  ['Successful', [{ v: [1] }], 0, '### Analysis successful', /^$/],
  [
    'Failed',
    [{ v: [1] }, { v: [0] }],
    1,
    '### Analysis failed',
    /::error::Analysis failed: Metric "m\|<b>" failed: \[0\] at .* meets failureCondition/,
  ],
  [
    'Inconclusive',
    [{ v: [0.5] }],
    1,
    '### Analysis inconclusive',
    /::error::Analysis is inconclusive, so a person must decide: /,
  ],
  [
    'Error',
    [{ status: 503, body: '' }],
    1,
    '### Analysis could not be carried out',
    /::error::Analysis ended in an error, .*server error: 503/,
  ],
])('%s: outputs, summary, report and exit code say so', async (phase, replies, code, heading, error) => {
  const result = await start(replies)
  expect(result.code).toBe(code)
  expect(result.output).toMatch(new RegExp(`^phase<<(\\S+)\\n${phase}\\n\\1\\n`))
  expect(result.output).toContain(join(folder, 'report.json'))
  expect(result.summary).toContain(heading)
  expect(result.summary).toContain('| m&#124;&lt;b&gt; |')
  expect(result.report.status.phase).toBe(phase)
  expect(reportSchema.parse(result.report)).toEqual(result.report)
  expect(result.log.split('\n').find(line => line.startsWith('::error::')) ?? '').toMatch(error)
})

test('a cancelled job ends the run as terminate does: the report is written, and the step fails', async () => {
  const { code, output, summary, report, log } = await start([{ v: [1] }], {}, 2)
  expect(code).toBe(1)
  expect(output).toMatch(/^phase<<(\S+)\nSuccessful\n/)
  expect(summary).toContain('### Analysis cancelled')
  expect(report).toMatchObject({ result: 'cancelled', status: { message: 'Run Terminated' } })
  expect(log).toContain('::error::Analysis was cancelled, so nothing is known of the release')
})

test('a metric that did not hold is an annotation at its place in its template', async () => {
  const failed = await start([{ v: [0] }])
  const at = /^::error file=template\.yaml,line=1,col=\d+::Metric "m\|<b>" failed: \[0\] at .* Query: `q`$/m
  expect(failed.log).toMatch(at)
  const inconclusive = await start([{ v: [0.5] }])
  expect(inconclusive.log).toMatch(/^::warning file=template\.yaml,line=1,col=\d+::Metric "m\|<b>" is inconclusive/m)
  const dry = await start([{ v: [0] }], { 'dry-run': 'true' })
  expect(dry.log).toMatch(/^::warning file=template\.yaml,line=1/m)
  expect(dry.log).not.toContain('::error')
  const held = await start([{ v: [1] }])
  expect(held.log).not.toMatch(/::(?:error|warning)/)
})

test('the summary holds the query and the last measurements of what did not hold, and nothing that ends their frame', async () => {
  const { summary } = await start([{ v: [1] }, { v: [0] }])
  expect(summary).toMatch(
    /<details><summary>m&#124;&lt;b&gt;: query and last measurements<\/summary>\n\n```promql\nq\n```\n/,
  )
  expect(summary).toMatch(/\| Failed \| &#91;0&#93; \|/)
  expect(summary).toContain('Template: template.yaml:1:')
  const metric = { ...fullReport().metrics[0], query: 'a\n```\n</details>\n' }
  const hostile = summarize(reportSchema.parse({ ...fullReport(), metrics: [metric] }))
  expect(hostile).toContain('\n````promql\na\n```\n</details>\n````\n')
})

test('a summary of very many metrics stays within what GitHub takes', () => {
  const [metric] = fullReport().metrics
  const long = { ...metric, query: 'x'.repeat(50_000), explanation: 'y'.repeat(50_000), name: 'z'.repeat(5000) }
  const report = reportSchema.parse({ ...fullReport(), metrics: Array.from({ length: 500 }, () => long) })
  expect(Buffer.byteLength(summarize(report))).toBeLessThan(2 ** 20)
  expect(summarize(report)).toContain('400 more metrics are in the report.')
})

test('a dry run warns and does not fail', async () => {
  const { code, log } = await start([{ v: [0] }], { 'dry-run': 'true' })
  expect(code).toBe(0)
  expect(log).toContain('::warning::dry run, so the step does not fail: Analysis failed')
})

test('header values are masked before anything else is said', async () => {
  const { log, report } = await start([{ v: [1] }], { 'prometheus-headers': 'Authorization: Bearer abcdefgh-secret' })
  expect(log.startsWith('::add-mask::Bearer abcdefgh-secret')).toBe(true)
  expect(JSON.stringify(report)).not.toContain('abcdefgh')
})
