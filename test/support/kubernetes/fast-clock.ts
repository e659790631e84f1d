import { type Clock, systemClock } from '../../../host/index.ts'

/** A clock that runs `factor` times as fast as the machine's, for waits around real network traffic. */
export function fastClock(factor: number): Clock {
  const start = Date.now()
  return {
    now: () => start + (Date.now() - start) * factor,
    sleep: (ms, signal) => systemClock.sleep(ms / factor, signal),
  }
}
