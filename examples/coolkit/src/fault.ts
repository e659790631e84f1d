/** What is wrong with this release, on purpose. */
export type Fault = { kind: 'none' } | { kind: 'errors'; ratio: number }

/** Parses `none` or `errors:<ratio from 0 to 1>`. Throws an Error otherwise. */
export function parseFault(text: string): Fault {
  if (text === 'none') return { kind: 'none' }
  const ratio = Number(/^errors:(\d*\.?\d+)$/.exec(text)?.[1] ?? Number.NaN)
  if (ratio >= 0 && ratio <= 1) return { kind: 'errors', ratio }
  throw new Error(`COOLKIT_FAULT must be none or errors:<ratio from 0 to 1> (found ${JSON.stringify(text)})`)
}

/**
 * Says of each request whether it fails. The ratio is kept exactly and evenly, not by chance: at 0.05 every
 * twentieth request fails, so a demonstration shows the same numbers every time.
 */
export function failing(fault: Fault): () => boolean {
  if (fault.kind === 'none') return () => false
  let requests = 0
  return () => {
    requests += 1
    return Math.floor(requests * fault.ratio) > Math.floor((requests - 1) * fault.ratio)
  }
}
