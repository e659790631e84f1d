import { z } from 'zod'

const units: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
}

/**
 * Parses a duration as Go's `time.ParseDuration` does (`90s`, `1h30m`, `-5s`, `0`), because Argo Rollouts and
 * Prometheus users write them so; `1d` is none. Gives milliseconds, or undefined when the text is no duration.
 */
export function parseDuration(text: string): number | undefined {
  if (/^[+-]?0$/.test(text)) return 0
  if (!/^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(text)) return undefined
  const total = [...text.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * (units[unit === 'μs' ? 'µs' : (unit ?? '')] ?? 0),
    0,
  )
  return text.startsWith('-') ? -total : total
}

/** Writes milliseconds as a person would: `1h30m`, `20s`, `250ms`. */
export function formatDuration(ms: number): string {
  if (ms < 0) return `-${formatDuration(-ms)}`
  if (ms < 1000) return `${Math.round(ms)}ms`
  const seconds = Math.round(ms / 1000)
  const parts: [number, string][] = [
    [Math.floor(seconds / 3600), 'h'],
    [Math.floor((seconds % 3600) / 60), 'm'],
    [seconds % 60, 's'],
  ]
  return parts.map(([amount, unit]) => (amount > 0 ? `${amount}${unit}` : '')).join('')
}

/** A non-negative duration in configuration; its value is milliseconds. */
export const duration = z.string().transform((text, context): number => {
  const ms = parseDuration(text)
  if (ms !== undefined && ms >= 0) return ms
  context.addIssue({ code: 'custom', message: 'not a duration such as 30s, 10m or 1h30m (days are not a unit: 24h)' })
  return z.NEVER
})
