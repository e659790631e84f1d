import { DurationError, parseGoDuration } from '../../analysis/index.ts'
import type { Found, Rule } from '../rule.ts'

export const duration: Rule = {
  id: 'duration',
  severity: 'error',
  scope: 'metric',
  about: 'An `interval`, `initialDelay` or `rangeQuery.step` that is no duration of Go’s (`1d`), or is negative',
  *check({ metric, known }) {
    const { interval, initialDelay, provider } = metric
    const step = provider.prometheus?.rangeQuery?.step
    yield* check('interval', interval && known(interval), ['interval'])
    yield* check('initialDelay', initialDelay && known(initialDelay), ['initialDelay'])
    yield* check('step', step && known(step), ['provider', 'prometheus', 'rangeQuery', 'step'])
  },
}

function* check(name: string, text: string | undefined, path: Found['path']): Iterable<Found> {
  if (!text) return
  try {
    if (parseGoDuration(text) >= 0) return
    const then = name === 'interval' ? 'the metric is measured without a pause' : 'it counts as none'
    yield { severity: 'warning', problem: `${name} is negative: ${then}`, cure: 'Write a positive duration', path }
  } catch (error) {
    if (!(error instanceof DurationError)) throw error
    yield { problem: `${name}: ${error.message}`, cure: 'Units are ms, s, m and h: a day is 24h', path }
  }
}
