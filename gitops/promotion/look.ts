import { formatDuration } from '../../configuration/index.ts'
import type { Clock } from '../../host/index.ts'
import type { Observations } from './observations.ts'
import { plan } from './plan.ts'
import type { Health, Observer } from './ports.ts'
import type { Rules } from './rules.ts'
import type { State } from './state.ts'
import type { HealthWish, Step } from './step.ts'

/**
 * How long one look may take, in milliseconds: a cluster whose API hangs must hold up neither the verdict of another nor
 * the next look at HEAD.
 */
const patience = 20_000

/** Milliseconds that are left for what a look asks for after it took all of its time. */
const least = 1000

/** Plans, looks at what the plan asks to see, and plans again with that. What does not answer in time is `unknown`. */
export async function look(
  { observer, clock }: { observer: Observer; clock: Clock },
  state: State,
  seen: Observations,
  rules: Rules,
  signal: AbortSignal,
): Promise<Step> {
  const over = clock.now() + patience
  seen.health.clear()
  for (;;) {
    const step = plan(state, seen, clock.now(), rules)
    const unseen = step.kind === 'watch' ? step.health.filter(({ key }) => !seen.health.has(key)) : []
    if (unseen.length === 0) return step
    const left = Math.max(over - clock.now(), least)
    for (const [key, health] of await askAll(observer, unseen, clock, left, signal))
      note(seen, key, health, clock.now())
  }
}

/** Asks the observer for each, side by side, and after `ms` lets go of those that it did not answer. */
async function askAll(
  observer: Observer,
  wishes: readonly HealthWish[],
  clock: Clock,
  ms: number,
  signal: AbortSignal,
): Promise<[HealthWish['key'], Health][]> {
  const over = new AbortController()
  const cut = AbortSignal.any([signal, over.signal])
  const reason = `${observer.name} does not answer within ${formatDuration(patience)}`
  const late = clock.sleep(ms, cut).then((): Health => ({ kind: 'unknown', reason }))
  late.catch(() => {}) // where all have answered, nobody waits for it
  const ask = async ({ key, query }: HealthWish): Promise<[HealthWish['key'], Health]> => {
    const asked = observer.health(query, cut)
    asked.catch(() => {}) // what comes too late is told to nobody
    return [key, await Promise.race([asked, late])]
  }
  try {
    return await Promise.all(wishes.map(ask))
  } finally {
    over.abort(new Error(reason))
  }
}

function note(seen: Observations, key: HealthWish['key'], health: Health, now: number): void {
  seen.health.set(key, health)
  // while nobody could look it was not seen broken, and may have been healthy
  if (health.kind === 'unknown' || health.kind === 'healthy' || health.kind === 'scaled-to-zero') {
    seen.brokenSince.delete(key)
    return
  }
  seen.brokenAt.set(key, now)
  if (health.kind === 'undecided') seen.undecidedAt.set(key, now)
  if (!seen.brokenSince.has(key)) seen.brokenSince.set(key, now)
  if ('syncedAt' in health && health.syncedAt !== undefined) seen.syncedAt.set(key, health.syncedAt)
}
