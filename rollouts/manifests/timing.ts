/** When a template measures, in seconds. */
export type Timing = {
  /** How often Prometheus scrapes what is judged. */
  scrapeInterval: number
  /** How far back each query looks. */
  window: number
  /** From one measurement to the next. */
  interval: number
  /** How many measurements make a verdict. */
  count: number
  /** Before the first measurement: a window, where what is judged has only begun. 0 when left out. */
  delay: number
}

/**
 * Prometheus' usual 30 s between scrapes and windows of four of them: a rate needs two samples, and one scrape may fail
 * or come late. Five measurements a minute apart.
 */
export const usualTiming: Timing = { scrapeInterval: 30, window: 120, interval: 60, count: 5, delay: 0 }

/** Fills in what is left out: a window of four scrapes. Throws a RangeError when a window may hold fewer than two. */
export function timingOf(options: Partial<Timing> = {}): Timing {
  const { scrapeInterval = usualTiming.scrapeInterval } = options
  const timing = { ...usualTiming, window: 4 * scrapeInterval, ...options }
  for (const [name, value] of Object.entries(timing)) {
    const least = name === 'delay' ? 0 : 1
    if (!Number.isInteger(value) || value < least) {
      throw new RangeError(`${name} must be a whole number from ${least}: ${value}`)
    }
  }
  if (timing.window < 2 * scrapeInterval) {
    throw new RangeError(`a window of ${timing.window} s may hold fewer than two scrapes, ${scrapeInterval} s apart`)
  }
  return timing
}

/** Seconds as Go and PromQL both read them: `2m`, `90s`. */
export function seconds(count: number): string {
  return count % 60 === 0 ? `${count / 60}m` : `${count}s`
}
