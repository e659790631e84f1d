import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BuilderName } from './builder.ts'
import { type Pattern, patternOf } from './ignore-pattern.ts'

/** Says whether a path of the context, relative to it and with `/` between its parts, is kept from the builder. */
export type Ignores = (path: string) => boolean

type Place = 'beside .dockerignore' | 'beside .containerignore' | '.containerignore' | '.dockerignore'

/** Where each kind of builder looks for what to ignore: the first of these files that is there is all it reads. */
const order = {
  // frontend/dockerui in BuildKit
  buildkit: ['beside .dockerignore', '.dockerignore'],
  // `docker build` without BuildKit
  classic: ['.dockerignore'],
  // pkg/parse, ContainerIgnoreFile in buildah
  buildah: ['beside .dockerignore', 'beside .containerignore', '.containerignore', '.dockerignore'],
} satisfies Record<string, readonly Place[]>

/** What may build behind each name. */
const kinds: Readonly<Record<BuilderName, readonly (keyof typeof order)[]>> = {
  buildx: ['buildkit'],
  docker: ['buildkit', 'classic'],
  buildah: ['buildah'],
}

/**
 * Reads what the builder is told to ignore for a Dockerfile. Which builder it is, is asked only where they would read
 * different files. Where two may stand behind its name, a path counts as ignored only if both ignore it.
 */
export async function readIgnores(
  context: string,
  dockerfile: string,
  builder: () => Promise<BuilderName>,
): Promise<Ignores> {
  const read = (file: string) => readFile(file, 'utf8').then(parseIgnoreFile, () => undefined)
  const files: Record<Place, Ignores | undefined> = {
    'beside .dockerignore': await read(`${dockerfile}.dockerignore`),
    'beside .containerignore': await read(`${dockerfile}.containerignore`),
    '.containerignore': await read(join(context, '.containerignore')),
    '.dockerignore': await read(join(context, '.dockerignore')),
  }
  const { '.dockerignore': usual, ...special } = files
  if (Object.values(special).every(file => file === undefined)) return usual ?? (() => false)
  const found = kinds[await builder()].map(kind => order[kind].map(place => files[place]).find(Boolean))
  return path => found.every(ignores => ignores?.(path) === true)
}

/**
 * Parses an ignore file as the Moby project does (patternmatcher and its ignorefile package): the last pattern that
 * matches a path, or a folder above it, decides; `!` makes an exception.
 */
export function parseIgnoreFile(text: string): Ignores {
  const patterns = text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .map(line => line.replace(/\r$/, ''))
    .filter(line => !line.startsWith('#') && line.trim() !== '')
    .flatMap(line => patternOf(line.trim()) ?? [])
  return path => {
    const parts = path.split('/')
    const above = parts.map((_, index) => parts.slice(0, index + 1).join('/'))
    return lastMatch(patterns, above) && stepByStep(patterns, above)
  }
}

function lastMatch(patterns: readonly Pattern[], above: readonly string[]): boolean {
  const last = patterns.findLast(({ matches }) => above.some(matches))
  return last !== undefined && !last.except
}

/**
 * As BuildKit walks a context (patternmatcher, MatchesUsingParentResults): a pattern that would change nothing for a
 * folder is not tried on it, and so not remembered for what is below. `docs`, `!docs/keep`, `docs` keeps the exception.
 */
function stepByStep(patterns: readonly Pattern[], above: readonly string[]): boolean {
  let held: readonly boolean[] = []
  let ignored = false
  for (const path of above) {
    ignored = false
    const before = held
    held = patterns.map(({ except, matches }, index) => {
      const matched = before[index] === true || (except === ignored && matches(path))
      if (matched) ignored = !except
      return matched
    })
  }
  return ignored
}
