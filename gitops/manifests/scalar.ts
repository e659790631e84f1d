import { type Cursor, child, refuse } from './cursor.ts'
import { isPlainString } from './quoting.ts'
import type { Node, Scalar } from './source.ts'
import type { Edit } from './splice.ts'

/** A cursor at one string, number, boolean or null. */
export type ScalarCursor = Cursor<Scalar>

/** The scalar of a key, or undefined where there is no such key. Throws a ConfigurationError for anything else. */
export function scalarChild(at: Cursor, key: string): ScalarCursor | undefined {
  const value = child(at, key)
  if (value === undefined || isScalar(value)) return value
  return refuse(value.node, `${key} must be a string, found a ${value.node.kind}`, 'Write it as one string')
}

/** Tells a cursor at a scalar from others. */
export function isScalar(cursor: Cursor): cursor is ScalarCursor {
  return cursor.node.kind === 'scalar'
}

/** What a scalar says, or undefined where there is none, or an empty one, or null. Numbers are given as written. */
export function textOf(cursor: Cursor | undefined): string | undefined {
  if (cursor?.node.kind !== 'scalar') return undefined
  const { value, style } = cursor.node
  return value === '' || (style === 'plain' && /^(?:~|null)$/i.test(value)) ? undefined : value
}

/**
 * The edit that makes a scalar say `value` in the style it has; none when it does so already. Quotes are added only to
 * a plain scalar that some parser would not read as a string. Throws a ConfigurationError when an edit there would
 * change another place too, when nothing is written there yet, and when the value holds a line break.
 *
 * `value` must hold no spaces, quotes, backslashes or line breaks, as no part of an image reference does.
 */
export function rewrite({ node, trail }: ScalarCursor, value: string): Edit[] {
  const { start, end, style, source } = node
  const text = style === 'plain' && !isPlainString(value) ? `"${value}"` : value
  const written = source.text.slice(Math.max(start, 0), Math.max(end, 0))
  const old = style === 'block' ? written.trim() : written
  if (node.value === value && (style !== 'plain' || text === old)) return []
  for (const each of trail) checkUnshared(each)
  if (start < 0) refuse(node, 'there is no value to replace', 'Write an empty string there: ""')
  if (/[\r\n]/.test(old) || (style === 'block' && old !== node.value)) {
    refuse(node, 'the value holds a line break', 'Write it on one line, without | or >', node.value)
  }
  const from = start + written.indexOf(old)
  return [{ start: from, end: from + old.length, text }]
}

/** Tags that change nothing about how a value is read back; any other may. */
const harmless = new Set(['!!str', '!!map', '!!seq'])

function checkUnshared(node: Node): void {
  const { anchor, tag } = node
  if (node.kind === 'alias') {
    refuse(node, 'the image is written through an alias', `Write the value here in place of *${anchor}`)
  }
  if (anchor !== undefined && node.source.aliased.has(anchor)) {
    const cure = `Write the value out where *${anchor} stands, and remove &${anchor}`
    refuse(node, 'the image is under an anchor that an alias shares', cure)
  }
  if (tag !== undefined && !harmless.has(tag)) {
    refuse(node, 'the image is under a YAML tag that may change its meaning', 'Remove the tag', tag)
  }
}
