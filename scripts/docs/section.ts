import { ConfigurationError } from '../../configuration/index.ts'

/**
 * Puts generated text between `<!-- name:start -->` and `<!-- name:end -->`; all else stays. Throws a
 * ConfigurationError when the markers are not there exactly once, in this order.
 */
export function replaceSection(text: string, name: string, content: string, file: string): string {
  const start = `<!-- ${name}:start -->`
  const end = `<!-- ${name}:end -->`
  const [before, inner, second] = text.split(start)
  const [old, after, third] = inner?.split(end) ?? []
  if (before === undefined || old === undefined || after === undefined || second !== undefined || third !== undefined) {
    throw new ConfigurationError({
      problem: `the section "${name}" must stand here once`,
      place: { file },
      cure: `Write ${start} and, on a later line, ${end}`,
    })
  }
  return `${before}${start}\n${content}\n${end}${after}`
}
