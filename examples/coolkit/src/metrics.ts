type Labels = Readonly<Record<string, string>>

/** Upper bounds of the latency histogram, in seconds. */
const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

type Durations = { counts: number[]; sum: number; count: number }

/** Counts the requests of one replica and writes them in Prometheus' text format. `identity` labels every series. */
export class Metrics {
  readonly #identity: Labels
  readonly #requests = new Map<string, number>()
  readonly #durations = new Map<string, Durations>()
  readonly #started = Date.now() / 1000
  #inFlight = 0

  /**
   * `routes` are the routes that requests will name. Their series start at zero at once, because a ratio of errors
   * needs the series of errors before the first error, and `rate` misses the step from nothing to one.
   */
  constructor(identity: Labels, routes: readonly string[]) {
    this.#identity = identity
    for (const route of routes) {
      for (const code of ['200', '500']) this.#requests.set(this.#series({ route, code }), 0)
      this.#durations.set(this.#series({ route }), { counts: buckets.map(() => 0), sum: 0, count: 0 })
    }
  }

  /** A request began. The function that it gives counts the answer: its status code, and the seconds it took. */
  begin(route: string): (code: number) => void {
    const from = performance.now()
    this.#inFlight += 1
    return code => {
      this.#inFlight -= 1
      this.#observe(route, code, (performance.now() - from) / 1000)
    }
  }

  /** All series, in the text format 0.0.4. */
  format(): string {
    const own = format(this.#identity)
    return [
      ...family('stovepipe_build_info', 'gauge', 'What runs here: always 1.', [`stovepipe_build_info{${own}} 1`]),
      ...family(
        'http_requests_total',
        'counter',
        'Requests answered.',
        [...this.#requests].map(([labels, count]) => `http_requests_total{${labels}} ${count}`),
      ),
      ...family(
        'http_request_duration_seconds',
        'histogram',
        'Time from the request to the end of its answer.',
        [...this.#durations].flatMap(([labels, durations]) => histogram(labels, durations)),
      ),
      ...family('http_requests_in_flight', 'gauge', 'Requests being answered.', [
        `http_requests_in_flight{${own}} ${this.#inFlight}`,
      ]),
      ...family('process_start_time_seconds', 'gauge', 'When this replica started, in Unix time.', [
        `process_start_time_seconds{${own}} ${this.#started}`,
      ]),
      '',
    ].join('\n')
  }

  #observe(route: string, code: number, seconds: number): void {
    const counted = this.#series({ route, code: String(code) })
    this.#requests.set(counted, (this.#requests.get(counted) ?? 0) + 1)
    const durations = this.#durations.get(this.#series({ route }))
    if (!durations) throw new RangeError(`no such route: ${route}`)
    durations.sum += seconds
    durations.count += 1
    for (const [index, bound] of buckets.entries()) {
      if (seconds <= bound) durations.counts[index] = (durations.counts[index] ?? 0) + 1
    }
  }

  #series(labels: Labels): string {
    return format({ ...this.#identity, ...labels })
  }
}

function histogram(labels: string, { counts, sum, count }: Durations): string[] {
  const name = 'http_request_duration_seconds'
  return [
    ...buckets.map((bound, index) => `${name}_bucket{${labels},le="${bound}"} ${counts[index] ?? 0}`),
    `${name}_bucket{${labels},le="+Inf"} ${count}`,
    `${name}_sum{${labels}} ${sum}`,
    `${name}_count{${labels}} ${count}`,
  ]
}

function family(name: string, type: string, help: string, lines: readonly string[]): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines]
}

function format(labels: Labels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${value.replace(/[\\"\n]/g, found => (found === '\n' ? '\\n' : `\\${found}`))}"`)
    .join(',')
}
