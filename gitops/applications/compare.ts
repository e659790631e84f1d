import { isDeepStrictEqual } from 'node:util'
import type { Application, Rendering } from './render.ts'

/** What a change does to the Applications that are made, by their names. */
export type Comparison = { added: readonly string[]; removed: readonly string[]; changed: readonly string[] }

/** Compares what two trees make. A set that is stopped in either makes there what it makes in the other. */
export function compareApplications(before: readonly Rendering[], after: readonly Rendering[]): Comparison {
  const standing = (name: string) =>
    [...before, ...after].some(each => each.name === name && (each.stopped !== undefined || each.unknown !== undefined))
  const made = (renderings: readonly Rendering[]) =>
    new Map(
      renderings
        .filter(({ name }) => !standing(name))
        .flatMap(({ applications }) => applications.map((each): [string, Application] => [each.name, each])),
    )
  const [was, is] = [made(before), made(after)]
  return {
    added: [...is.keys()].filter(name => !was.has(name)),
    removed: [...was.keys()].filter(name => !is.has(name)),
    changed: [...is].flatMap(([name, { content }]) => {
      const old = was.get(name)
      return old && !isDeepStrictEqual(old.content, content) ? [name] : []
    }),
  }
}
