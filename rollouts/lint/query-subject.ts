import {
  type FilledText,
  fillQuery,
  type Node,
  type QueryFault,
  typeFaults,
  typeOf,
  UnreadableError,
  type ValueType,
} from '../promql/index.ts'

/** A metric's query: read, wrong, not known before its arguments are, or too large to be read. */
export type QuerySubject =
  | ({ kind: 'read'; node: Node; type: ValueType | undefined; typeFaults: readonly QueryFault[] } & FilledText)
  | ({ kind: 'wrong'; fault: QueryFault } & FilledText)
  | { kind: 'open' }
  | { kind: 'unreadable'; reason: string }

/** Reads a query with the arguments that are known. */
export function querySubject(query: string, values: ReadonlyMap<string, string>): QuerySubject {
  try {
    const filled = fillQuery(query, values)
    if (filled.kind !== 'parsed') return filled
    const faults = typeFaults(filled.node, filled.unknown)
    return { ...filled, kind: 'read', type: typeOf(filled.node, filled.unknown), typeFaults: faults }
  } catch (error) {
    if (error instanceof UnreadableError) return { kind: 'unreadable', reason: error.message }
    throw error
  }
}
