type Labels = Readonly<Record<string, string>>

/** Upper bounds of the latency histogram, in seconds. */
const bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]

/** Requests and their latencies of many pods, in Prometheus' text format. */
export class Counters {
  readonly #requests = new Map<string, number>()
  readonly #buckets = new Map<string, number>()
  readonly #sums = new Map<string, number>()

  /** A pod's series start at 0, so that a rate sees its first request. */
  begin(identity: Labels): void {
    for (const code of ['200', '500']) add(this.#requests, labels({ ...identity, code }), 0)
    for (const bound of [...bounds.map(String), '+Inf']) add(this.#buckets, labels({ ...identity, le: bound }), 0)
    add(this.#sums, labels(identity), 0)
  }

  count(identity: Labels, code: number, seconds: number): void {
    this.begin(identity)
    add(this.#requests, labels({ ...identity, code: String(code) }), 1)
    for (const bound of bounds.filter(bound => seconds <= bound)) {
      add(this.#buckets, labels({ ...identity, le: String(bound) }), 1)
    }
    add(this.#buckets, labels({ ...identity, le: '+Inf' }), 1)
    add(this.#sums, labels(identity), seconds)
  }

  format(): string {
    const lines = (name: string, series: ReadonlyMap<string, number>) =>
      [...series].map(([labels, value]) => `${name}{${labels}} ${value}`)
    return [
      '# TYPE http_requests_total counter',
      ...lines('http_requests_total', this.#requests),
      '# TYPE http_request_duration_seconds histogram',
      ...lines('http_request_duration_seconds_bucket', this.#buckets),
      ...lines('http_request_duration_seconds_sum', this.#sums),
      '',
    ].join('\n')
  }
}

function add(series: Map<string, number>, key: string, value: number): void {
  series.set(key, (series.get(key) ?? 0) + value)
}

function labels(of: Labels): string {
  return Object.entries(of)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(',')
}
