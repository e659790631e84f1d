import { z } from 'zod'
import { KubernetesError, type KubernetesObject } from '../../kubernetes/index.ts'
import type { AnalysisRunStatus, RunSummary } from '../analysis/index.ts'

/** A run's status as the controller writes it; a run it has not looked at yet has none. Unknown fields are dropped. */
const phase = z
  .enum(['', 'Pending', 'Running', 'Successful', 'Failed', 'Error', 'Inconclusive'])
  .default('')
  .transform(found => (found === '' ? 'Pending' : found))
const count = z.int().exactOptional()
const text = z.string().exactOptional()
const texts = z.record(z.string(), z.string()).exactOptional()

const summary = z.object({ count, successful: count, failed: count, inconclusive: count, error: count }).nullish()

const measurement = z.object({ phase, message: text, startedAt: text, finishedAt: text, value: text, metadata: texts })

const metricResult = z.object({
  name: z.string(),
  phase,
  measurements: z.array(measurement).exactOptional(),
  message: text,
  ...{ count, successful: count, failed: count, inconclusive: count, error: count, consecutiveError: count },
  dryRun: z.boolean().exactOptional(),
  metadata: texts,
  consecutiveSuccess: count,
})

const schema = z.object({
  phase,
  message: text,
  metricResults: z.array(metricResult).nullish(),
  startedAt: text,
  runSummary: summary,
  dryRunSummary: summary,
  completedAt: text,
})

/** Reads the status of an AnalysisRun. Throws a KubernetesError for one that no controller of version 1 wrote. */
export function statusOf(run: KubernetesObject): AnalysisRunStatus {
  const parsed = schema.safeParse(run.status ?? {})
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const where = issue?.path.join('.') ?? ''
    throw new KubernetesError(
      'unexpected',
      `the AnalysisRun has a status that cannot be read: ${where} ${issue?.message}`,
    )
  }
  const { runSummary, dryRunSummary, metricResults, ...status } = parsed.data
  return {
    ...status,
    metricResults: metricResults ?? [],
    ...(isGiven(runSummary) && { runSummary }),
    ...(isGiven(dryRunSummary) && { dryRunSummary }),
  }
}

/** Go writes a struct without values as an empty object. */
function isGiven(summary: RunSummary | null | undefined): summary is RunSummary {
  return (summary?.count ?? 0) > 0
}
