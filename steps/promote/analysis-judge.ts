import { ConfigurationError, formatDuration } from '../../configuration/index.ts'
import type { Cluster } from '../../gitops/fleet/index.ts'
import type { AnalysisQuery, Judgement } from '../../gitops/promotion/index.ts'
import type { Tree } from '../../gitops/repository/index.ts'
import type { Clock } from '../../host/index.ts'
import {
  type AnalysisOutcome,
  longestRange,
  mergeTemplates,
  prometheusProvider,
  runAnalysis,
  templatesOf,
} from '../../rollouts/analysis/index.ts'
import { countIncrease, type Prometheus, PrometheusError } from '../../rollouts/prometheus/index.ts'
import { accountOf } from './account.ts'
import { readGateTemplates, requirePerCluster, requireTemplate } from './gate-templates.ts'
import type { AccountingJudge } from './listener.ts'

export type JudgePorts = {
  clock: Clock
  fetch: typeof fetch
  prometheusOf(cluster: Cluster): Prometheus
  /** The desired state at HEAD, where the templates are. */
  head(): Promise<Tree>
}

/**
 * Judges a cluster by playing the gate's AnalysisTemplates against that cluster's Prometheus, whatever address they
 * name. Measuring starts one rate window (the longest range in the queries) after the cluster became healthy: before,
 * the window would still hold the time before it.
 */
export function analysisJudge({ clock, fetch, prometheusOf, head }: JudgePorts): AccountingJudge {
  return {
    requireAskable: cluster => void prometheusOf(cluster),
    async judge(query, { signal, onProgress }) {
      const prometheus = prometheusOf(query.cluster)
      const { spec, library } = await specOf(query, await head())
      const start = query.healthySince + (await longestRange(spec))
      if (start > clock.now()) {
        onProgress(`measuring begins in ${formatDuration(start - clock.now())}, one rate window`)
        await clock.sleep(start - clock.now(), signal)
      }
      const outcome = await runAnalysis(spec, {
        query: prometheusProvider({ fetch, url: prometheusUrl(query.cluster) }),
        clock,
        signal,
        onMeasurement: ({ name }, { phase, value, message }) =>
          onProgress(`${name} ${phase}${value && ` ${value}`}${message && `: ${message}`}`),
      })
      signal.throwIfAborted()
      const requests = await requestsSeen(query, prometheus, outcome, { clock, signal })
      return {
        judgement: { ...requests, ...verdictOf(outcome) },
        account: accountOf(outcome, library, query.analysis.templates),
      }
    },
  }
}

async function specOf({ app, analysis, reserved }: AnalysisQuery, tree: Tree) {
  const library = readGateTemplates(tree, app)
  for (const name of analysis.templates) requireTemplate(library, name, app)
  for (const template of templatesOf(library, analysis.templates)) await requirePerCluster(template)
  const args = { ...analysis.args, ...reserved }
  return { spec: mergeTemplates(library, { templates: analysis.templates, args }), library }
}

function verdictOf({ status, ending, metrics }: AnalysisOutcome): Omit<Judgement, 'requests'> {
  return {
    phase: finalPhase(status.phase),
    terminated: ending !== 'completed',
    metrics: metrics.map(({ name, dryRun, reachedEnd, finite }) => ({ name, dryRun, complete: reachedEnd, finite })),
    message: status.message || `analysis ${status.phase}`,
  }
}

/** A finished run is in one of four phases; any other means that it was stopped under way. */
function finalPhase(phase: AnalysisOutcome['status']['phase']): Judgement['phase'] {
  return phase === 'Successful' || phase === 'Failed' || phase === 'Error' ? phase : 'Inconclusive'
}

/** How often, and how many milliseconds apart, the requests are counted before a whole analysis is worth nothing. */
const tries = 5
const between = 10_000

/** The requests that this release answered on this cluster while it was measured; nothing when they cannot be counted. */
async function requestsSeen(
  { analysis, reserved }: AnalysisQuery,
  prometheus: Prometheus,
  { startedAt, finishedAt }: AnalysisOutcome,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<{ requests?: number }> {
  if (analysis.requests === undefined) return {}
  const { narrowSelector } = await import('../../rollouts/promql/index.ts') // the grammar takes its time to load
  const selector = narrowSelector(analysis.requests, { cluster: reserved.cluster, digest: reserved.digest })
  for (let tried = 1; ; tried++) {
    try {
      return { requests: await countIncrease(prometheus, selector, { start: startedAt, end: finishedAt, signal }) }
    } catch (error) {
      if (!(error instanceof PrometheusError)) throw error
      if (tried === tries) return {}
      await clock.sleep(between, signal)
    }
  }
}

/** The client for a cluster's own Prometheus; a ConfigurationError when its file names none. */
export function prometheusUrl({ name, prometheus }: Cluster): string {
  if (prometheus !== undefined) return prometheus
  throw new ConfigurationError({
    problem: 'the cluster has no Prometheus to be judged by',
    place: { file: `clusters/${name}.yaml` },
    cure: 'Write spec.prometheus: https://…',
  })
}
