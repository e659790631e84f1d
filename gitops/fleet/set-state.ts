import { ConfigurationError, readDocument } from '../../configuration/index.ts'
import { type ClusterState, clusterSchema } from './cluster.ts'

/**
 * Gives the text of a cluster file with `spec.state` set; every other byte stays. A file that leaves the state out, and
 * so is inactive, has it put before the first key of `spec`. Throws a ConfigurationError, with the place, when the file
 * is wrong or the state is not written there in plain sight.
 */
export function setClusterState(text: string, file: string, state: ClusterState): string {
  const source = readDocument(text, file)
  const { spec } = clusterSchema.parse(source.value)
  const written = stateIn(source.value)
  if (written === undefined) return spec.state === state ? text : inserted(text, file, state)
  const place = source.placeOf(['spec', 'state'])
  const offset = 'line' in place ? offsetAt(text, place.line ?? 1, place.column ?? 1) : 0
  if (!text.startsWith(spec.state, offset)) {
    throw new ConfigurationError({
      problem: 'spec.state is not written here as a plain word, so it cannot be edited',
      place,
      value: spec.state,
      cure: `Write state: ${state}`,
    })
  }
  return text.slice(0, offset) + state + text.slice(offset + spec.state.length)
}

/** Throws a ConfigurationError where `spec` is written in a form that takes no key before its first one. */
function inserted(text: string, file: string, state: ClusterState): string {
  const edited = insert(text, file, state)
  if (isSet(edited, file, state, Object.keys(specOf(readDocument(text, file).value)))) return edited
  throw new ConfigurationError({
    problem: 'spec is not written here so that a state can be put into it',
    place: readDocument(text, file).placeOf(['spec'], { key: true }),
    cure: `Write state: ${state} into it`,
  })
}

/** Whether a text says the state, and otherwise has the keys that were there before. */
function isSet(text: string, file: string, state: ClusterState, before: readonly string[]): boolean {
  try {
    const { state: written, ...others } = specOf(readDocument(text, file).value)
    return written === state && Object.keys(others).join('\0') === before.join('\0')
  } catch (error) {
    if (error instanceof ConfigurationError) return false
    throw error
  }
}

function insert(text: string, file: string, state: ClusterState): string {
  const source = readDocument(text, file)
  const [first] = Object.keys(specOf(source.value))
  const place = source.placeOf(first === undefined ? ['spec'] : ['spec', first], { key: first !== undefined })
  const { line = 1, column: inside = 1 } = 'line' in place ? place : {}
  const isQuoted = /["']/.test(text[offsetAt(text, line, inside) - 1] ?? '')
  const column = isQuoted ? inside - 1 : inside
  const offset = offsetAt(text, line, column)
  if (first === undefined)
    return `${text.slice(0, offset)}{ state: ${state} }${text.slice(text.indexOf('}', offset) + 1)}`
  const indent = text.slice(offset - column + 1, offset)
  const separator = /^ *$/.test(indent) ? `${/\r\n/.test(text) ? '\r\n' : '\n'}${indent}` : ', '
  return `${text.slice(0, offset)}state: ${state}${separator}${text.slice(offset)}`
}

function stateIn(value: unknown): unknown {
  return specOf(value).state
}

function specOf(value: unknown): Record<string, unknown> {
  const spec = isRecord(value) ? value.spec : undefined
  return isRecord(spec) ? spec : {}
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The offset of a line and column, both counted from 1. */
function offsetAt(text: string, line: number, column: number): number {
  let offset = 0
  for (let at = 1; at < line; at += 1) {
    const rest = /\r\n|\r|\n/g
    rest.lastIndex = offset
    const end = rest.exec(text)
    if (!end) break
    offset = end.index + end[0].length
  }
  return offset + column - 1
}
