import { readFile } from 'node:fs/promises'
import { expect, test } from '@jest/globals'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { readDocuments } from '../../../configuration/index.ts'
import { silentLog } from '../../../host/index.ts'
import { loadTemplates } from '../../../rollouts/analysis/index.ts'
import { type AnalysisReport, type AnalysisResult, analyze, reportSchema } from '../../../steps/analyze/index.ts'
import { VirtualClock } from '../../support/clock.ts'
import { type Reply, startScripted } from '../../support/prometheus/scripted.ts'

const published = new URL('../../../schemas/analysis-report.schema.json', import.meta.url)

/** Plays a metric of three measurements; everything that a report can hold is in one of them. */
async function play(
  replies: Reply[],
  metric: object = {},
  { stopAfter, timeout }: { stopAfter?: number; timeout?: number } = {},
) {
  const server = await startScripted({ q: replies })
  const clock = new VirtualClock()
  const stop = new AbortController()
  if (stopAfter !== undefined) clock.at(clock.now() + stopAfter, () => stop.abort(new Error('cancelled')))
  const conditions = { successCondition: 'result[0] < 1', failureCondition: 'result[0] > 2' }
  const prometheus = { query: 'q', address: server.url }
  const metrics = [{ name: 'm', interval: '30s', count: 3, ...conditions, provider: { prometheus }, ...metric }]
  const document = { apiVersion: 'argoproj.io/v1alpha1', kind: 'AnalysisRun', spec: { metrics, dryRun: [] } }
  const library = loadTemplates(readDocuments(JSON.stringify(document), 'run.yaml'))
  const [run] = library.runs
  if (!run) throw new Error('no run')
  const about = { name: 'r', spec: run.spec, library, headers: {}, secrets: new Map(), dryRun: false, notes: [] }
  try {
    return await analyze(
      { ...about, ...(timeout !== undefined && { timeout }) },
      { clock, fetch, log: silentLog, signal: stop.signal },
    )
  } finally {
    await server.close()
  }
}

const runs: [AnalysisResult, () => Promise<AnalysisReport>][] = [
  [
    'successful',
    () =>
      play([{ v: [0.5, 'NaN', '+Inf'] }, { empty: true }, { scalar: 0 }], {
        successCondition: 'true',
        failureCondition: '',
      }),
  ],
  ['successful', () => play([{ v: [0.5] }], { consecutiveSuccessLimit: 2 })],
  ['failed', () => play([{ v: [0.5] }, { v: [3] }])],
  ['inconclusive', () => play([{ v: [1.5] }])],
  ['error', () => play([{ status: 503, body: 'gone' }])],
  ['error', () => play([], { count: 'three', interval: 'soon' })],
  ['cancelled', () => play([{ v: [0.5] }], {}, { stopAfter: 40_000 })],
  ['timed-out', () => play([{ v: [0.5] }], {}, { timeout: 40_000 })],
]

test.each(runs)('a report of a run that is %s is as the published schema says', async (result, make) => {
  const report: unknown = JSON.parse(JSON.stringify(await make()))
  expect(report).toMatchObject({ result, $schema: JSON.parse(await readFile(published, 'utf8')).$id })
  expect(reportSchema.parse(report)).toEqual(report)
  // A validator of another make (it comes with @kubernetes-models) reads the schema as a user's program does.
  const ajv = new Ajv2020({ strict: true, strictTypes: false })
  addFormats.default(ajv)
  const validate = ajv.compile(JSON.parse(await readFile(published, 'utf8')))
  expect(validate(report) ? [] : validate.errors).toEqual([])
  expect(validate({ ...Object(report), result: 'fine' })).toBe(false)
  expect(validate({ ...Object(report), more: 1 })).toBe(false)
})
