const units = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
  ['w', 7 * 86_400_000],
  ['y', 365 * 86_400_000],
])

/** Parses a PromQL duration (`1h30m`, `1d`, or seconds as a number) to milliseconds; undefined when it is none. */
export function parsePromDuration(text: string): number | undefined {
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text) * 1000
  if (!/^(?:\d+(?:ms|[smhdwy]))+$/.test(text)) return undefined
  return [...text.matchAll(/(\d+)(ms|[smhdwy])/g)].reduce(
    (total, [, amount, unit]) => total + Number(amount) * (units.get(unit ?? '') ?? 0),
    0,
  )
}
