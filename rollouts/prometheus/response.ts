import { PrometheusError } from './error.ts'
import { parseFloatText } from './value.ts'

export type Labels = Readonly<Record<string, string>>

/** A value of one series at one time, in milliseconds since the epoch. */
export type Sample = { metric: Labels; value: number; timestamp: number }

/** The values of one series over time, oldest first. */
export type Series = { metric: Labels; samples: readonly { value: number; timestamp: number }[] }

/** What a query gave. A native histogram in a vector counts as 0, as in the controller; in a matrix it is left out. */
export type QueryResult = { warnings: readonly string[] } & (
  | { kind: 'scalar'; value: number; timestamp: number }
  | { kind: 'vector'; samples: readonly Sample[] }
  | { kind: 'matrix'; series: readonly Series[] }
)

/**
 * Reads the answer to a query, as client_golang does (`api/prometheus/v1/api.go`). Throws a PrometheusError for an
 * HTTP status or a body that is no result, and for the error that the body reports.
 */
export function readResponse(status: number, body: string): QueryResult {
  const reportsErrors = status === 400 || status === 422
  if (Math.trunc(status / 100) !== 2 && !reportsErrors) throw statusError(status, body)
  const envelope = parseEnvelope(body)
  const verdict = textOf(envelope, 'status')
  const [errorType, error] = [textOf(envelope, 'errorType'), textOf(envelope, 'error')]
  const warnings = listOf(member(envelope, 'warnings'), 'the warnings are').map(warning => {
    if (typeof warning !== 'string') throw bad('the warnings are no texts')
    return warning
  })
  if (reportsErrors && verdict === 'success') throw bad('inconsistent body for response code')
  if (verdict === 'error') throw new PrometheusError('refused', `${errorType}: ${error}`)
  const data = member(envelope, 'data')
  if (!isRecord(data)) throw bad('the result is missing')
  return { warnings, ...readData(textOf(data, 'resultType'), member(data, 'result')) }
}

function readData(type: string, result: unknown) {
  switch (type) {
    case 'scalar': {
      const [timestamp, value] = readPair(result)
      return { kind: 'scalar', value, timestamp } as const
    }
    case 'vector':
      return { kind: 'vector', samples: itemsOf(result).map(readSample) } as const
    case 'matrix':
      return { kind: 'matrix', series: itemsOf(result).map(readSeries) } as const
    default:
      throw new PrometheusError('response', `unexpected value type ${JSON.stringify(type)}`, {
        cure: 'A query must give a number or a list of numbers: a scalar, a vector or a matrix',
      })
  }
}

function readSample(item: unknown): Sample {
  if (!isRecord(item)) throw bad('a sample is no object')
  const labels = readLabels(item.metric)
  if (Array.isArray(item.histogram)) return { metric: labels, value: 0, timestamp: readTime(item.histogram[0]) }
  const [timestamp, value] = readPair(item.value)
  return { metric: labels, value, timestamp }
}

function readSeries(item: unknown): Series {
  if (!isRecord(item)) throw bad('a series is no object')
  const samples = listOf(item.values, 'the values of a series are').map(pair => {
    const [timestamp, value] = readPair(pair)
    return { value, timestamp }
  })
  return { metric: readLabels(item.metric), samples }
}

function readPair(pair: unknown): [timestamp: number, value: number] {
  if (!Array.isArray(pair) || pair.length !== 2) throw bad('a sample is not [timestamp, value]')
  const value = typeof pair[1] === 'string' ? parseFloatText(pair[1]) : undefined
  if (value === undefined) throw bad(`a sample's value is no number: ${JSON.stringify(pair[1])?.slice(0, 80)}`)
  return [readTime(pair[0]), value]
}

function readTime(seconds: unknown): number {
  if (typeof seconds !== 'number') throw bad("a sample's timestamp is no number")
  return Math.round(seconds * 1000)
}

function readLabels(metric: unknown): Labels {
  if (metric === null || metric === undefined) return {}
  if (!isRecord(metric)) throw bad('the labels of a series are no object')
  return Object.fromEntries(Object.keys(metric).map(name => [name, textOf(metric, name)]))
}

function parseEnvelope(body: string): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch (cause) {
    throw bad(`the answer is not JSON: it ${describeBody(body)}`, cause)
  }
  if (!isRecord(value)) throw bad(`the answer is not a JSON object: it ${describeBody(body)}`)
  return value
}

function statusError(status: number, body: string): PrometheusError {
  const hint = cures.get(status) ?? (status >= 500 ? `It ${describeBody(body)}` : undefined)
  const options = hint === undefined ? {} : { cure: hint }
  if (status >= 400 && status < 500)
    return new PrometheusError('refused', `client_error: client error: ${status}`, options)
  if (status >= 500 && status < 600)
    return new PrometheusError('refused', `server_error: server error: ${status}`, options)
  return new PrometheusError('response', `bad_response: bad response code ${status}`, options)
}

const cures = new Map([
  [401, 'Give credentials: a header, a bearer token, or a name and password in the address'],
  [403, 'The credentials are not allowed to query'],
  [404, 'Give the address without /api/v1, with the prefix it is served under'],
])

/** Says what an answer that is no result looks like, cut short and free of control characters. */
function describeBody(body: string): string {
  if (body === '') return 'is empty'
  const start = body
    .slice(0, 80)
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim()
  return `begins with ${JSON.stringify(start)}`
}

function bad(problem: string, cause?: unknown): PrometheusError {
  return new PrometheusError('response', `bad_response: ${problem}`, {
    cure: 'Check that the address is that of a Prometheus API',
    ...(cause !== undefined && { cause }),
  })
}

/** A member by its name, in capitals or not, as Go reads JSON; of several, the last one. */
function member(record: Record<string, unknown>, name: string): unknown {
  if (Object.hasOwn(record, name)) return record[name]
  return Object.entries(record).findLast(([key]) => key.toLowerCase() === name.toLowerCase())?.[1]
}

function itemsOf(result: unknown): unknown[] {
  if (result === null || result === undefined) throw bad('the result is missing')
  return listOf(result, 'the result is')
}

/** What is null or missing is an empty list, or an empty text. */
function listOf(value: unknown, what: string): unknown[] {
  if (value === null || value === undefined) return []
  if (!Array.isArray(value)) throw bad(`${what} not a list`)
  return value.filter(item => item !== null)
}

function textOf(record: Record<string, unknown>, name: string): string {
  const value = member(record, name) ?? ''
  if (typeof value !== 'string') throw bad(`${JSON.stringify(name)} is no text`)
  return value
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
