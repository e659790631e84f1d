import { ConfigurationError, readDocument } from '../../configuration/index.ts'
import { type ClusterState, clusterSchema } from '../fleet/index.ts'

/**
 * Gives the text of a cluster file with `spec.state` set; every other byte stays. Throws a ConfigurationError, with the
 * place, when the state is not written there in plain sight.
 */
export function setClusterState(text: string, file: string, state: ClusterState): string {
  const source = readDocument(text, file)
  const place = source.placeOf(['spec', 'state'])
  const { spec } = clusterSchema.parse(source.value)
  const offset = 'line' in place ? offsetAt(text, place.line ?? 1, place.column ?? 1) : 0
  const written = [spec.state, `"${spec.state}"`, `'${spec.state}'`].find(form => text.startsWith(form, offset))
  if (written === undefined) {
    throw new ConfigurationError({
      problem: 'spec.state is not written here as a plain word, so it cannot be edited',
      place,
      value: spec.state,
      cure: `Write state: ${state}`,
    })
  }
  return text.slice(0, offset) + state + text.slice(offset + written.length)
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
