import type { LimitReport, MetricReport } from '../report-schema.ts'
import { round } from './marks.ts'

/** The limits of a metric as bars: how much of each is used, how much is left, and which one was breached. */
export function limitBars({ limits }: MetricReport): string {
  const rows = limits.map(use => {
    const { share, text, state } = describe(use)
    const used = share > 0 ? `<rect class="used" width="${round(share * 100)}%" height="6" rx="3"/>` : ''
    return `<li class="${state}"><span>${use.name}</span> <span class="use">${text}</span><svg height="6" aria-hidden="true"><rect class="track" width="100%" height="6" rx="3"/>${used}</svg></li>`
  })
  return `<div><h3>Limits</h3><ul class="limits">${rows.join('')}</ul></div>`
}

/** A bar is full when its limit is passed, as long as a limit may be reached. */
function describe({ name, limit, used }: LimitReport): { share: number; text: string; state: 'goal' | 'ok' | 'bad' } {
  if (name === 'count' || name === 'consecutiveSuccessLimit') {
    const left = limit - used
    const share = limit <= 0 ? 1 : Math.min(used / limit, 1)
    return { share, text: `${used} of ${limit}, ${left > 0 ? `${left} to go` : 'reached'}`, state: 'goal' }
  }
  if (used > limit) return { share: 1, text: `${used}, only ${limit} allowed`, state: 'bad' }
  if (limit === 0) return { share: 0, text: '0, none allowed', state: 'ok' }
  return { share: used / (limit + 1), text: `${used} of ${limit}, ${limit - used || 'none'} left`, state: 'ok' }
}
