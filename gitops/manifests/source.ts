import { EVENT_ID, type Event, getScalarValue, SCALAR_STYLE, type ScalarEvent } from 'js-yaml'
import { parseYaml } from '../../configuration/index.ts'

/** The document that nodes were read from. `aliased` holds the anchors that some alias in it refers to. */
export type Source = { text: string; file: string; aliased: Set<string> }

/** What every node knows: its document, where it begins in the text, and its anchor and tag as written. */
type Written = { source: Source; offset: number; anchor?: string; tag?: string }

/**
 * A scalar: its decoded `value`, and the range [start, end) of its text without quotes, or of the lines of a block
 * scalar; both are -1 where nothing is written. Only the type of a plain one is guessed by a parser.
 */
export type Scalar = Written & { kind: 'scalar'; value: string; start: number; end: number; style: Style }
export type Style = 'plain' | 'quoted' | 'block'
export type Mapping = Written & { kind: 'mapping'; entries: { key: Node; value: Node }[] }
export type Sequence = Written & { kind: 'sequence'; items: Node[] }
/** `target` is missing when the anchor is not defined before, or is around the alias itself. */
export type Alias = Written & { kind: 'alias'; target: Exclude<Node, Alias> | undefined }

/** A node of a YAML document that knows where in the text it stands. */
export type Node = Scalar | Mapping | Sequence | Alias

const styles: Readonly<Record<ScalarEvent['style'], Style>> = {
  [SCALAR_STYLE.PLAIN]: 'plain',
  [SCALAR_STYLE.SINGLE_QUOTED]: 'quoted',
  [SCALAR_STYLE.DOUBLE_QUOTED]: 'quoted',
  [SCALAR_STYLE.LITERAL_BLOCK]: 'block',
  [SCALAR_STYLE.FOLDED_BLOCK]: 'block',
}

/**
 * Reads the root node of every document in a text; nothing is resolved or merged, duplicate keys are kept. Throws a
 * ConfigurationError with line and column when the text does not parse.
 */
export function readSource(text: string, file: string): Node[] {
  const events = parseYaml(text, file)
  const roots: Node[] = []
  let at = 0
  while (at < events.length) {
    if (events[at++]?.type !== EVENT_ID.DOCUMENT) continue
    const { root, next } = readRoot(events, at, { text, file, aliased: new Set() })
    if (root) roots.push(root)
    at = next
  }
  return roots
}

function readRoot(events: readonly Event[], from: number, source: Source): { root: Node | undefined; next: number } {
  const { text, aliased } = source
  const anchors = new Map<string, Exclude<Node, Alias>>()
  let at = from

  /** The node that begins at the next event, or undefined when that ends the collection around it. */
  function node(): Node | undefined {
    const event = events[at++]
    if (event === undefined || event.type === EVENT_ID.POP || event.type === EVENT_ID.DOCUMENT) return undefined
    if (event.type === EVENT_ID.ALIAS) {
      const anchor = text.slice(event.anchorStart, event.anchorEnd)
      aliased.add(anchor)
      return { kind: 'alias', source, offset: event.anchorStart - 1, anchor, target: anchors.get(anchor) }
    }
    const found = content(event)
    if (found.anchor !== undefined) anchors.set(found.anchor, found)
    return found
  }

  function content(event: Exclude<Event, { type: 1 | 5 | 6 }>): Exclude<Node, Alias> {
    const written = { source, ...properties(text, event) }
    switch (event.type) {
      case EVENT_ID.SCALAR: {
        const { valueStart: start, valueEnd: end, style } = event
        const value = getScalarValue(text, event)
        return { kind: 'scalar', ...written, offset: start, value, start, end, style: styles[style] }
      }
      case EVENT_ID.SEQUENCE: {
        const items: Node[] = []
        for (let item = node(); item; item = node()) items.push(item)
        return { kind: 'sequence', ...written, offset: event.start, items }
      }
      case EVENT_ID.MAPPING: {
        const entries: Mapping['entries'] = []
        for (let key = node(); key; key = node()) {
          const value = node()
          if (!value) break
          if (value.offset < 0) value.offset = key.offset // an empty value is placed at its key
          entries.push({ key, value })
        }
        return { kind: 'mapping', ...written, offset: event.start, entries }
      }
    }
  }

  return { root: node(), next: at }
}

function properties(text: string, event: { anchorStart: number; anchorEnd: number; tagStart: number; tagEnd: number }) {
  return {
    ...(event.anchorStart >= 0 && { anchor: text.slice(event.anchorStart, event.anchorEnd) }),
    ...(event.tagStart >= 0 && { tag: text.slice(event.tagStart, event.tagEnd) }),
  }
}
