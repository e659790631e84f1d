import type { QueryResult } from './response.ts'
import { formatFloat } from './value.ts'

/** A result as conditions see it: a float, or a flat list of floats. `text` is how the controller writes it down. */
export type FlatResult = ({ kind: 'scalar'; value: number } | { kind: 'vector'; values: readonly number[] }) & {
  text: string
}

/**
 * Flattens a result as the controller does (`metricproviders/prometheus/prometheus.go`, processResponse): labels and
 * times go, the series of a matrix follow one another.
 */
export function flatten(result: QueryResult): FlatResult {
  switch (result.kind) {
    case 'scalar':
      return { kind: 'scalar', value: result.value, text: formatFloat(result.value) }
    case 'vector':
      return list(result.samples.map(sample => sample.value))
    case 'matrix':
      return list(result.series.flatMap(series => series.samples.map(sample => sample.value)))
  }
}

function list(values: readonly number[]): FlatResult {
  return { kind: 'vector', values, text: `[${values.map(formatFloat).join(',')}]` }
}
