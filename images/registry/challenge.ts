/** How a registry wants to be asked: one challenge of a `WWW-Authenticate` header (RFC 9110, section 11.6.1). */
export type Challenge = { scheme: string; parameters: Readonly<Record<string, string>> }

const token = /[!#$%&'*+\-.^_`|~0-9A-Za-z]+/y
const gap = /[\s,]*/y
const equals = /\s*=\s*/y
const quoted = /"((?:[^"\\]|\\.)*)"/y

/** Parses the header's challenges; schemes and parameter names in lower case. Stops at what it cannot read. */
export function parseChallenges(header: string): Challenge[] {
  const challenges: { scheme: string; parameters: Record<string, string> }[] = []
  let at = 0
  const take = (pattern: RegExp) => {
    pattern.lastIndex = at
    const match = pattern.exec(header)
    if (match) at = pattern.lastIndex
    return match
  }
  for (;;) {
    take(gap)
    const name = take(token)?.[0].toLowerCase()
    if (name === undefined) return challenges
    if (!take(equals)) {
      challenges.push({ scheme: name, parameters: {} })
      continue
    }
    const value = take(quoted)?.[1]?.replace(/\\(.)/g, '$1') ?? take(token)?.[0]
    const current = challenges.at(-1)
    if (value === undefined || !current) return challenges
    current.parameters[name] = value
  }
}
