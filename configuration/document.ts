import {
  CORE_SCHEMA,
  constructFromEvents,
  EVENT_ID,
  type Event,
  getScalarValue,
  parseEvents,
  SCALAR_STYLE,
  YAMLException,
} from 'js-yaml'
import { type Comment, commentsIn } from './comment.ts'
import { ConfigurationError, type Place } from './error.ts'
import { offsetInScalar, type Quoting } from './scalar.ts'

/** A key or index on the way from the root of a document to a value in it. */
export type Step = string | number

/** One YAML document: its plain value, and where in the text each of its values stands. */
export type Document = {
  file: string
  value: unknown
  /** The place of the value at `path`, or of its nearest ancestor that exists; of the key, with `key: true`. */
  placeOf(path: readonly Step[], options?: { key: boolean }): Place
  /**
   * The place of the character at `offset` (in UTF-16 units) of the text at `path`, through indentation, folding, quotes
   * and escapes; where that is not sure, as in an alias, the place of the value.
   */
  placeIn(path: readonly Step[], offset: number): Place
  /** The comments of the whole file. */
  comments(): readonly Comment[]
}

/**
 * Reads every YAML document of a text (YAML 1.2 core schema; merge keys are not merged; JSON is YAML).
 * `file` names it in errors. Throws a ConfigurationError with line and column when the text does not parse;
 * an empty text holds no document.
 */
export function readDocuments(text: string, file: string): Document[] {
  const events = parseYaml(text, file)
  const values = construct(text, file, events)
  let roots: Located[] | undefined // most documents are right, and nobody asks where anything stands in them
  let lines: number[] | undefined
  const placeOf = (offset: number): Place => {
    lines ??= lineStarts(text)
    const line = lineAt(lines, offset)
    return { file, line: line + 1, column: offset - (lines[line] ?? 0) + 1 }
  }
  const root = (index: number): Located | undefined => {
    roots ??= locate(text, events)
    return roots[index]
  }
  return values.map((value, index) => ({
    file,
    value,
    placeOf: (path, options) => placeOf(offsetOf(root(index), path, options?.key ?? false)),
    placeIn(path, offset) {
      const scalar = nodeAt(root(index), path)?.scalar
      const inside = scalar && offsetInScalar(scalar.raw, scalar.value, scalar.quoting, offset)
      const start = offsetOf(root(index), path, false)
      return placeOf(inside === undefined ? start : start + inside)
    },
    comments: () => commentsIn(text, events),
  }))
}

/** Reads a text that must hold exactly one YAML document. */
export function readDocument(text: string, file: string): Document {
  const [document, second] = readDocuments(text, file)
  if (!document) {
    throw new ConfigurationError({ problem: 'the file holds no YAML document', place: { file, line: 1, column: 1 } })
  }
  if (second) {
    throw new ConfigurationError({ problem: 'expected one YAML document, found several', place: second.placeOf([]) })
  }
  return document
}

/** Turns an offset in UTF-16 units into a place with line and column counted from 1. */
export function placeAt(text: string, file: string, offset: number): Place {
  const before = text.slice(0, offset).split(/\r\n|\r|\n/)
  return { file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
}

/**
 * The events of a YAML text, js-yaml's own: for those who need every byte's place. An empty text has none. Throws a
 * ConfigurationError with line and column when the text does not parse.
 */
export function parseYaml(text: string, file: string): Event[] {
  return located(text, file, () => (text.trim() === '' ? [] : parseEvents(text, { filename: file })))
}

function construct(text: string, file: string, events: Event[]): unknown[] {
  return located(text, file, () => constructFromEvents(events, { source: text, filename: file, schema: CORE_SCHEMA }))
}

function located<T>(text: string, file: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error
    const place = error.mark ? placeAt(text, file, error.mark.position) : { file }
    throw new ConfigurationError({ problem: `not valid YAML: ${error.reason}`, place })
  }
}

type Located = {
  offset: number
  children: Map<Step, { key: number; node: Located }>
  scalar?: { raw: string; value: string; quoting: Quoting }
}

function locate(text: string, events: readonly Event[]): Located[] {
  let at = 0
  const next = () => events[at++]

  function node(): Located | undefined {
    const event = next()
    if (!event || event.type === EVENT_ID.POP) return undefined
    if (event.type === EVENT_ID.SCALAR) {
      const raw = text.slice(event.valueStart, event.valueEnd)
      const quoting = quotings.get(event.style) ?? 'none'
      const scalar = { raw, value: getScalarValue(text, event), quoting }
      return { offset: event.valueStart, children: new Map(), scalar }
    }
    if (event.type === EVENT_ID.ALIAS) return { offset: event.anchorStart - 1, children: new Map() }
    if (event.type === EVENT_ID.DOCUMENT) return undefined
    const found: Located = { offset: event.start, children: new Map() }
    if (event.type === EVENT_ID.SEQUENCE) {
      for (let index = 0, item = node(); item; item = node())
        found.children.set(index++, { key: item.offset, node: item })
      return found
    }
    for (;;) {
      const peek = events[at]
      const name = peek?.type === EVENT_ID.SCALAR ? getScalarValue(text, peek) : undefined
      const key = node()
      if (!key) return found
      const value = node()
      if (!value) return found
      if (value.offset < 0) value.offset = key.offset // nothing is written there
      if (name !== undefined) found.children.set(name, { key: key.offset, node: value })
    }
  }

  const roots: Located[] = []
  while (at < events.length) {
    if (next()?.type !== EVENT_ID.DOCUMENT) continue
    const root = node()
    roots.push(root ?? { offset: 0, children: new Map() })
  }
  return roots
}

const quotings = new Map<number, Quoting>([
  [SCALAR_STYLE.SINGLE_QUOTED, 'single'],
  [SCALAR_STYLE.DOUBLE_QUOTED, 'double'],
])

function nodeAt(root: Located | undefined, path: readonly Step[]): Located | undefined {
  return path.reduce<Located | undefined>((node, step) => node?.children.get(step)?.node, root)
}

function offsetOf(root: Located | undefined, path: readonly Step[], key: boolean): number {
  let offset = root?.offset ?? 0
  let node = root
  for (const [depth, step] of path.entries()) {
    const child = node?.children.get(step)
    if (!child) break
    node = child.node
    offset = key && depth === path.length - 1 ? child.key : child.node.offset
  }
  return offset
}

function lineStarts(text: string): number[] {
  return [0, ...[...text.matchAll(/\r\n|\r|\n/g)].map(({ 0: end, index }) => index + end.length)]
}

/** The last line that starts at or before an offset, counted from 0. */
function lineAt(starts: readonly number[], offset: number): number {
  let [low, high] = [0, starts.length - 1]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((starts[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return low
}
