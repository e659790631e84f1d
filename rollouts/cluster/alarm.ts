import type { Clock } from '../../host/index.ts'

export type Alarm = { signal: AbortSignal; dispose(): void }

/** A signal that is aborted after `ms` of the clock, never when undefined. */
export function alarm(clock: Clock, ms: number | undefined): Alarm {
  const rung = new AbortController()
  const over = new AbortController()
  if (ms !== undefined) {
    clock.sleep(ms, over.signal).then(
      () => rung.abort(new Error('the time is over')),
      () => {}, // no longer wanted
    )
  }
  return { signal: rung.signal, dispose: () => over.abort() }
}
