import { parseArgs } from 'node:util'
import { isNativeError } from 'node:util/types'
import { ConfigurationError } from '../configuration/index.ts'
import { type Options, sharedOptions, type Values } from './options.ts'

type Described<O extends Options> = {
  name: string
  usage: string
  options: O
  positionals?: { min: number; max: number }
}

/** Parses a command's arguments strictly. Throws a ConfigurationError that names the flag and the cure. */
export function parseFlags<O extends Options>(
  command: Described<O>,
  args: readonly string[],
): { values: Values<O>; positionals: string[]; verbose: boolean } {
  const options = { ...command.options, ...sharedOptions }
  const given = check(command.name, options, args)
  const { values, positionals } = strictly(command.name, () =>
    parseArgs({ args: [...args], options, allowPositionals: true, strict: true }),
  )
  const { min, max } = command.positionals ?? { min: 0, max: 0 }
  const unexpected = positionals[max]
  if (unexpected !== undefined) {
    throw new ConfigurationError({ problem: 'unexpected argument', value: unexpected, cure: see(command.name) })
  }
  if (positionals.length < min) {
    throw new ConfigurationError({ problem: `missing argument: ${command.usage}`, cure: see(command.name) })
  }
  return { values, positionals, verbose: given.has('verbose') }
}

/** Finds what parseArgs would pass over, or word less helpfully. Gives the names of the flags that are there. */
function check(name: string, options: Options, args: readonly string[]): ReadonlySet<string> {
  const { tokens } = parseArgs({ args: [...args], options, allowPositionals: true, strict: false, tokens: true })
  const seen = new Set<string>()
  for (const token of tokens) {
    if (token.kind !== 'option') continue
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined
    const place = { input: token.rawName }
    if (!option) {
      const near = nearest(token.name, Object.keys(options))
      throw new ConfigurationError({
        problem: 'unknown flag',
        place,
        cure: near === undefined ? see(name) : `Did you mean --${near}? ${see(name)}`,
      })
    }
    if (seen.has(token.name) && option.multiple !== true) {
      throw new ConfigurationError({ problem: 'given more than once', place, cure: 'Keep one of them' })
    }
    seen.add(token.name)
  }
  return seen
}

function strictly<T>(name: string, parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    if (!isNativeError(error) || !('code' in error) || !String(error.code).startsWith('ERR_PARSE_ARGS')) throw error
    const problem = error.message.split(/\.\s/)[0] ?? error.message
    throw new ConfigurationError({ problem, cure: see(name), cause: error })
  }
}

function see(name: string): string {
  return `See \`stovepipe ${name} --help\``
}

/** The candidate within two edits (Levenshtein) of a mistyped word, if there is one. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const ranked = candidates
    .map(candidate => ({ candidate, distance: distance(word.slice(0, 64), candidate) }))
    .filter(({ candidate, distance }) => distance <= Math.min(2, candidate.length - 1))
    .sort((a, b) => a.distance - b.distance)
  return ranked[0]?.candidate
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (const [i, left] of [...a].entries()) {
    const next = [i + 1]
    for (const [j, right] of [...b].entries()) {
      const substituted = (row[j] ?? 0) + (left === right ? 0 : 1)
      next.push(Math.min(substituted, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
