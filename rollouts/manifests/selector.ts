/** What a label must be: a value, another than a value, or what a regular expression (RE2, anchored) matches. */
export type Matcher = string | { not: string } | { matches: string }

/** Label matchers by label; in the order in which they are written. */
export type Matchers = Readonly<Record<string, Matcher>>

/** A series selector in PromQL: `up{cluster="a",code=~"5.."}`. Later matchers replace earlier ones of the same label. */
export function select(metric: string, ...matchers: readonly Matchers[]): string {
  const entries = Object.entries(Object.assign({}, ...matchers) as Matchers)
  return `${metric}{${entries.map(([label, matcher]) => label + written(matcher)).join(',')}}`
}

function written(matcher: Matcher): string {
  if (typeof matcher === 'string') return `="${escaped(matcher)}"`
  return 'not' in matcher ? `!="${escaped(matcher.not)}"` : `=~"${escaped(matcher.matches)}"`
}

function escaped(text: string): string {
  return text.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')
}
