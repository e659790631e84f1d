import { z } from 'zod'

/** Where the schema of the report is published: `schemas/analysis-report.schema.json`, written by `npm run schemas`. */
export const reportSchemaId = 'https://stovepipe.dev/schemas/analysis-report.schema.json'

const time = z.iso.datetime().describe('UTC, in whole seconds as Kubernetes keeps times')
const phase = z.enum(['Pending', 'Running', 'Successful', 'Failed', 'Error', 'Inconclusive'])
const count = z.int().min(0)

/** The status of an AnalysisRun as the CRD of Argo Rollouts has it: what is zero or empty is left out. */
const summary = z.strictObject({
  count: count.exactOptional(),
  successful: count.exactOptional(),
  failed: count.exactOptional(),
  inconclusive: count.exactOptional(),
  error: count.exactOptional(),
})

const status = z.strictObject({
  phase,
  message: z.string().exactOptional(),
  metricResults: z.array(
    z.strictObject({
      name: z.string(),
      phase,
      measurements: z
        .array(
          z.strictObject({
            phase,
            message: z.string().exactOptional(),
            startedAt: time.exactOptional(),
            finishedAt: time.exactOptional(),
            value: z.string().exactOptional(),
            metadata: z.record(z.string(), z.string()).exactOptional(),
          }),
        )
        .exactOptional()
        .describe('the newest ones: as many as measurementRetention keeps'),
      message: z.string().exactOptional(),
      count: count.exactOptional(),
      successful: count.exactOptional(),
      failed: count.exactOptional(),
      inconclusive: count.exactOptional(),
      error: count.exactOptional(),
      consecutiveError: count.exactOptional(),
      dryRun: z.boolean().exactOptional(),
      metadata: z.record(z.string(), z.string()).exactOptional(),
      consecutiveSuccess: count.exactOptional(),
    }),
  ),
  startedAt: time.exactOptional(),
  runSummary: summary.exactOptional(),
  dryRunSummary: summary.exactOptional(),
  completedAt: time.exactOptional(),
})

const measurement = z.strictObject({
  phase,
  time,
  value: z.string().exactOptional().describe('as the controller writes it, for example [0.5,NaN]'),
  values: z.array(z.string()).describe('numbers as Prometheus writes them: JSON has no NaN and no infinity'),
  message: z.string().exactOptional(),
  warnings: z.array(z.string()).exactOptional(),
})

const limit = z.strictObject({
  name: z.enum(['count', 'failureLimit', 'inconclusiveLimit', 'consecutiveErrorLimit', 'consecutiveSuccessLimit']),
  limit: z.int(),
  used: count,
})

const threshold = z.strictObject({
  condition: z.enum(['success', 'failure']),
  operator: z.enum(['<', '<=', '>', '>=', '==', '!=']),
  value: z.number(),
})

const metric = z.strictObject({
  name: z.string(),
  phase,
  dryRun: z.boolean(),
  query: z.string().describe('with its arguments filled in, secrets hidden'),
  successCondition: z.string().exactOptional(),
  failureCondition: z.string().exactOptional(),
  place: z.string().exactOptional().describe('file:line:column of the metric in its template'),
  limits: z.array(limit).describe('what ends the metric; a limit is breached when more than it is used'),
  thresholds: z.array(threshold).describe('the numbers that the conditions compare a value with, as far as they show'),
  explanation: z.string().describe('why it ended as it did'),
  measurements: z.array(measurement).describe('every one that was taken, oldest first'),
})

/** The JSON report of an analysis, as `stovepipe analyze --json` and `--report` write it. It holds no secret. */
export const reportSchema = z.strictObject({
  $schema: z.literal(reportSchemaId),
  apiVersion: z.literal('stovepipe.dev/v1alpha1'),
  kind: z.literal('AnalysisReport'),
  name: z.string(),
  result: z
    .enum(['successful', 'failed', 'error', 'inconclusive', 'cancelled', 'timed-out'])
    .describe("the controller's phase, but a run that was stopped is never a success"),
  sentence: z.string().describe('for people: what happened and why'),
  startedAt: time,
  finishedAt: time,
  metrics: z.array(metric).describe('in the order of the templates; empty when the spec was refused'),
  status: status.describe("the AnalysisRun's status in the form of the CRD"),
})

export type AnalysisReport = z.infer<typeof reportSchema>
export type AnalysisResult = AnalysisReport['result']
export type MetricReport = z.infer<typeof metric>
export type LimitReport = z.infer<typeof limit>
/** `values` are numbers as Prometheus writes them. */
export type MeasurementReport = z.infer<typeof measurement>
