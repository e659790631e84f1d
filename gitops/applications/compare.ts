import { isDeepStrictEqual } from 'node:util'
import type { Rendering } from './render.ts'

/** What a change does to the Applications that are made, by their names. */
export type Comparison = { added: readonly string[]; removed: readonly string[]; changed: readonly string[] }

/**
 * Compares what two trees make. Of a set that was stopped before, the names that it would have made count: what it made
 * when it last could goes on, and a change that sets it going again takes away what is no more. A set of which either side
 * cannot be told is left out.
 */
export function compareApplications(before: readonly Rendering[], after: readonly Rendering[]): Comparison {
  const untold = new Set([
    ...before.filter(each => whyUntold('before', each) !== undefined).map(({ name }) => name),
    ...after.filter(each => whyUntold('after', each) !== undefined).map(({ name }) => name),
  ])
  const made = (renderings: readonly Rendering[]) =>
    new Map(
      renderings
        .filter(({ name }) => !untold.has(name))
        .flatMap(({ applications, names = [] }) => [
          ...applications.map(({ name, content }) => [name, content] as const),
          ...names.map(name => [name, undefined] as const),
        ]),
    )
  const [was, is] = [made(before), made(after)]
  return {
    added: [...is.keys()].filter(name => !was.has(name)),
    removed: [...was.keys()].filter(name => !is.has(name)),
    changed: [...is].flatMap(([name, content]) => {
      const old = was.get(name)
      return old !== undefined && !isDeepStrictEqual(old, content) ? [name] : []
    }),
  }
}

/** Why it cannot be told what a set makes before or after a change; undefined where it can. */
export function whyUntold(when: 'before' | 'after', { unknown, stopped, names }: Rendering): string | undefined {
  return unknown ?? (when === 'after' || names === undefined ? stopped : undefined)
}
