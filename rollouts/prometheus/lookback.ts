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

/** Takes the comments out of a PromQL expression; a `#` in a string is no comment. */
export function withoutComments(expression: string): string {
  return expression.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`|#[^\n]*/gs, token =>
    token.startsWith('#') ? '' : token,
  )
}

/**
 * How far back a PromQL expression reads, in milliseconds: its longest range, where a subquery's range adds to the ones
 * inside it (`max_over_time(rate(x[5m])[1h:])` reads 65 minutes). Offsets do not count: they are chosen to compare with
 * the past. A range that is no literal counts as nothing.
 */
export function lookback(expression: string): number {
  const tokens =
    withoutComments(expression)
      .replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`/gs, '""')
      .match(/\[[^\]]*\]|[()]|[^\s()[\]]+/g) ?? []
  let at = 0

  function group(): number {
    let longest = 0
    let operand = 0
    for (let token = tokens[at++]; token !== undefined && token !== ')'; token = tokens[at++]) {
      if (token === '(') operand = group()
      else if (token.startsWith('[')) operand = rangeOf(token, operand)
      else operand = 0
      longest = Math.max(longest, operand)
    }
    return longest
  }

  let longest = 0
  while (at < tokens.length) longest = Math.max(longest, group())
  return longest
}

function rangeOf(brackets: string, inside: number): number {
  const [range = '', resolution] = brackets.slice(1, -1).split(':')
  const ms = parsePromDuration(range.trim()) ?? 0
  return resolution === undefined ? ms : ms + inside
}
