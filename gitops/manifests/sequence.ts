import { ConfigurationError } from '../../configuration/index.ts'
import { cursorAt, descend, refuse } from './cursor.ts'
import { type Node, readSource, type Sequence } from './source.ts'
import { splice } from './splice.ts'

/**
 * Gives the text with an item added at the end of the sequence at `path`, on a line of its own and indented as its
 * neighbours; every other byte stays. `item` is one line of YAML. Throws a ConfigurationError, with the place, for a
 * sequence that is not there, is empty or is written in brackets.
 */
export function appendItem(text: string, file: string, path: readonly (string | number)[], item: string): string {
  const { sequence, starts } = blockSequence(text, file, path)
  const last = starts.at(-1) ?? 0
  const end = lineEnd(text, Math.max(endOf(sequence.items.at(-1)), last))
  const indent = text.slice(lineStart(text, last), last)
  const separator = text.includes('\r\n') ? '\r\n' : '\n'
  const longer = splice(text, [{ start: end, end, text: `${separator}${indent}- ${item}` }])
  if (countAt(longer, file, path) === starts.length + 1) return longer
  return refuse(
    sequence,
    `the last item of ${path.join('.')} ends in a way that is not understood`,
    'Write it on one line',
  )
}

/** How many items a text has there; none when it does not parse. */
function countAt(text: string, file: string, path: readonly (string | number)[]): number {
  try {
    return blockSequence(text, file, path).starts.length
  } catch (error) {
    if (error instanceof ConfigurationError) return 0
    throw error
  }
}

/** Gives the text without the lines of one item of the sequence at `path`, which must not be its only one. */
export function removeItem(text: string, file: string, path: readonly (string | number)[], index: number): string {
  const { sequence, starts } = blockSequence(text, file, path)
  const [from, next] = [starts[index], starts[index + 1]]
  if (from === undefined || starts.length < 2) throw new RangeError(`no item ${index} that could be removed`)
  const start = lineStart(text, from)
  const end =
    next === undefined
      ? Math.min(text.length, lineEnd(text, endOf(sequence.items[index])) + newline(text))
      : lineStart(text, next)
  return splice(text, [{ start, end, text: '' }])
}

/** A sequence written with dashes, and where each dash stands. */
function blockSequence(text: string, file: string, path: readonly (string | number)[]) {
  const [root] = readSource(text, file)
  const node = root && descend(cursorAt(root), path)?.node
  const where = node ?? root
  if (!where) throw new RangeError(`${file} holds no document`)
  if (node?.kind !== 'sequence') return refuse(where, `there is no list at ${path.join('.')}`, 'Write one')
  const starts = node.items.map(item => dashBefore(text, item))
  if (starts.length === 0 || starts.includes(-1)) {
    return refuse(node, `the list at ${path.join('.')} is not written with one item on each line`, 'Write it so')
  }
  return { sequence: node, starts }
}

/** The dash that begins an item: nothing but blanks, anchors and tags are between them. */
function dashBefore(text: string, item: Node): number {
  const start = lineStart(text, item.offset)
  const found = /^([ \t]*)-[ \t]/.exec(text.slice(start, item.offset + 1))
  return found ? start + (found[1] ?? '').length : -1
}

/** The last character that a node takes, brackets that close after it left out: they are on the same line. */
function endOf(node: Node | Sequence | undefined): number {
  if (!node) return 0
  if (node.kind === 'scalar') return Math.max(node.end, node.offset)
  if (node.kind === 'alias') return node.offset
  const children = node.kind === 'sequence' ? node.items : node.entries.flatMap(({ key, value }) => [key, value])
  return Math.max(node.offset, ...children.map(endOf))
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1
}

/** Where the line of an offset ends, its line break left out. */
function lineEnd(text: string, offset: number): number {
  const end = text.indexOf('\n', offset)
  if (end < 0) return text.length
  return text[end - 1] === '\r' ? end - 1 : end
}

function newline(text: string): number {
  return text.includes('\r\n') ? 2 : 1
}
