import { ConfigurationError, placeAt } from '../../configuration/index.ts'
import type { Alias, Mapping, Node } from './source.ts'

/**
 * A value in a document as its readers see it, through aliases and merge keys. `trail` is every node on the way there
 * as it is written, the aliases included: it tells whether the value may be edited.
 */
export type Cursor<T = Exclude<Node, Alias>> = { node: T; trail: readonly Node[] }

/** A cursor at the root of a document. */
export function cursorAt(root: Node): Cursor {
  return follow([], root)
}

/**
 * The value of a key, or undefined where there is none; a key of the mapping's own wins over a merged one. Throws a
 * ConfigurationError when the key is written twice.
 */
export function child({ node, trail }: Cursor, key: string): Cursor | undefined {
  return node.kind === 'mapping' ? lookUp({ node, trail }, key, new Set()) : undefined
}

/** The value at a way of keys and indexes, or undefined where it ends. */
export function descend(from: Cursor, path: readonly (string | number)[]): Cursor | undefined {
  return path.reduce<Cursor | undefined>((at, step) => {
    if (at === undefined) return undefined
    return typeof step === 'number' ? items(at)[step] : child(at, step)
  }, from)
}

/** The elements of a sequence; none when it is no sequence. */
export function items({ node, trail }: Cursor): Cursor[] {
  return node.kind === 'sequence' ? node.items.map(item => follow(trail, item)) : []
}

/** Refuses to read or edit at a node, naming its place. */
export function refuse(node: Node, problem: string, cure: string, value?: string): never {
  const { text, file } = node.source
  throw new ConfigurationError({ problem, place: placeAt(text, file, node.offset), value, cure })
}

/** The text of a key; undefined for a key that is not a scalar. */
export function keyOf(key: Node): string | undefined {
  return key.kind === 'scalar' ? key.value : undefined
}

function follow(trail: readonly Node[], node: Node): Cursor {
  if (node.kind !== 'alias') return { node, trail: [...trail, node] }
  const { target } = node
  if (!target) return refuse(node, 'the alias refers to no anchor before it', 'Define the anchor, or write the value')
  return { node: target, trail: [...trail, node, target] }
}

/** `seen` keeps mappings that merge each other many times over from being searched more than once. */
function lookUp({ node, trail }: Cursor<Mapping>, key: string, seen: Set<Mapping>): Cursor | undefined {
  if (seen.has(node)) return undefined
  seen.add(node)
  const [entry, second] = node.entries.filter(each => keyOf(each.key) === key)
  if (second) refuse(second.key, `the key ${JSON.stringify(key)} is written twice`, 'Keep one of them')
  if (entry) return follow(trail, entry.value)
  for (const merged of node.entries.filter(each => keyOf(each.key) === '<<')) {
    const value = follow(trail, merged.value)
    for (const source of value.node.kind === 'sequence' ? items(value) : [value]) {
      const found = source.node.kind === 'mapping' && lookUp({ ...source, node: source.node }, key, seen)
      if (found) return found
    }
  }
  return undefined
}
