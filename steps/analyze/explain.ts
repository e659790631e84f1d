import {
  type AnalysisOutcome,
  formatTime,
  type MetricOutcome,
  type Observation,
} from '../../rollouts/analysis/index.ts'

/** One sentence about a run: for a failure it names metric, value, threshold, time and query. */
export function explainRun(outcome: AnalysisOutcome): string {
  const { status, ending, metrics } = outcome
  const judged = metrics.filter(({ dryRun }) => !dryRun)
  if (status.phase === 'Successful' || status.phase === 'Pending' || status.phase === 'Running') {
    if (ending === 'terminated') return 'The analysis was cancelled before it came to a verdict.'
    if (ending === 'cut-short') return 'The timeout was over before the analysis came to a verdict.'
  }
  if (status.phase === 'Successful') {
    const taken = judged.reduce((sum, { counts }) => sum + counts.count, 0)
    if (judged.length === 0) return 'Every metric is a dry run, so nothing was judged.'
    return `${many(judged.length, 'metric')} held in ${many(taken, 'measurement')}.`
  }
  const culprit = judged.find(({ phase }) => phase === status.phase)
  return culprit
    ? explainMetric(culprit)
    : `The analysis ended in phase ${status.phase}: ${status.message ?? 'no reason'}.`
}

/** One sentence, or two, about one metric: why it ended as it did. */
export function explainMetric(metric: MetricOutcome): string {
  const name = `Metric "${metric.name}"`
  const { limits, counts } = metric
  switch (metric.phase) {
    case 'Failed': {
      const last = lastOf(metric, 'Failed')
      if (limits.failureApplies && counts.failed > limits.failure) {
        return `${name} failed: ${describe(metric, last)}; ${many(counts.failed, 'measurement')} failed, ${limits.failure} may. ${queried(metric)}`
      }
      return `${name} failed: it did not succeed ${limits.consecutiveSuccess} times running in ${many(counts.count, 'measurement')}. ${queried(metric)}`
    }
    case 'Inconclusive': {
      if (counts.inconclusive > limits.inconclusive) {
        const last = lastOf(metric, 'Inconclusive')
        return `${name} is inconclusive: ${describe(metric, last)}; ${many(counts.inconclusive, 'measurement')} met neither condition, ${limits.inconclusive} may. ${queried(metric)}`
      }
      return `${name} is inconclusive: it neither failed nor succeeded ${limits.consecutiveSuccess} times running in ${many(counts.count, 'measurement')}. ${queried(metric)}`
    }
    case 'Error': {
      const last = lastOf(metric, 'Error')
      const cure = last?.cure === undefined ? '' : ` ${last.cure}.`
      return `${name} could not be measured ${counts.consecutiveError} times running, ${limits.consecutiveError} may: ${last?.message ?? 'no reason'}${last ? `, at ${formatTime(last.finishedAt)}` : ''}.${cure} ${queried(metric)}`
    }
    case 'Successful':
      return successful(metric, name)
    case 'Pending':
      return `${name} was never measured.`
    case 'Running':
      return `${name} was still being measured.`
  }
}

function successful({ limits, counts, reachedEnd }: MetricOutcome, name: string): string {
  const failed = counts.failed > 0 ? `, ${counts.failed} of them failed, ${limits.failure} may` : ''
  const end = reachedEnd ? '' : ', and was stopped before its end'
  return `${name} held in ${many(counts.count, 'measurement')}${failed}${end}.`
}

function describe(metric: MetricOutcome, last: Observation | undefined): string {
  if (!last) return 'no value'
  return `${shorten(last.value)} at ${formatTime(last.finishedAt)} ${broken(metric, last)}`
}

function broken({ successCondition, failureCondition }: MetricOutcome, { phase }: Observation): string {
  const success = `successCondition \`${successCondition}\``
  const failure = `failureCondition \`${failureCondition}\``
  if (phase === 'Inconclusive') return `meets neither ${success} nor ${failure}`
  return failureCondition === undefined ? `does not meet ${success}` : `meets ${failure}`
}

function lastOf({ history }: MetricOutcome, phase: Observation['phase']): Observation | undefined {
  return history.findLast(observation => observation.phase === phase)
}

function queried({ query }: MetricOutcome): string {
  const line = query.replace(/\s+/g, ' ').trim()
  return `Query: \`${line.length > 1000 ? `${line.slice(0, 999)}…` : line}\``
}

/** A long list of values is cut in the middle of a sentence; the report has them all. */
function shorten(value: string): string {
  return value.length > 120 ? `${value.slice(0, 119)}…` : value
}

function many(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}
