import { ConfigurationError, type Place } from './error.ts'

/** The items of a list that people write one a line or separated by commas; blanks are dropped. */
export function list(text: string): string[] {
  return text
    .split(/[\n,]/)
    .map(item => item.trim())
    .filter(item => item !== '')
}

/** The lines of a text, trimmed, without the empty ones and those that start with `#`. */
export function lines(text: string): string[] {
  return text
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '' && !line.startsWith('#'))
}

/**
 * `NAME=VALUE` pairs, one a line; a value may hold `=`, and commas. Throws a ConfigurationError for a line without `=`,
 * an empty name and a name given twice.
 */
export function pairs(text: string, place: Place): Record<string, string> {
  const found = new Map<string, string>()
  for (const line of lines(text)) {
    const equals = line.indexOf('=')
    if (equals < 1) throw new ConfigurationError({ problem: 'not NAME=VALUE', place, value: line })
    const name = line.slice(0, equals).trim()
    if (found.has(name)) throw new ConfigurationError({ problem: 'given twice', place, value: name })
    found.set(name, line.slice(equals + 1).trim())
  }
  return Object.fromEntries(found)
}

/** A yes or no by YAML 1.2's core schema, as GitHub's own actions read theirs. */
export function boolean(text: string, place: Place): boolean {
  if (/^(true|True|TRUE)$/.test(text)) return true
  if (/^(false|False|FALSE)$/.test(text)) return false
  throw new ConfigurationError({ problem: 'neither true nor false', place, value: text })
}

/** A text that must be there. Throws a ConfigurationError with the cure where it is missing or empty. */
export function required(text: string | undefined, place: Place, cure: string): string {
  if (text) return text
  throw new ConfigurationError({ problem: 'missing', place, cure })
}
