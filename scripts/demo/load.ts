import { Worker } from 'node:worker_threads'

/** Upper bounds of the latency counts, in milliseconds. */
export const latencyBounds = [5, 10, 25, 50, 100, 250, 500, 1000, Number.POSITIVE_INFINITY]

/** What one release on one cluster answered; `none` where no answer came. From the answers' own headers. */
export type Cell = { cluster: string; release: string; requests: number; errors: number; latencies: number[] }

/** The answers of one second, which ended at `at` (milliseconds since the epoch). */
export type Second = { at: number; cells: readonly Cell[] }

/** A steady stream of requests at the shared load balancer, and what came of it. */
export type Load = {
  /** Requests a second. */
  rate: number
  seconds: readonly Second[]
  /** What was answered from `from` to `to`, added up. */
  between(from: number, to: number): Cell[]
  stop(): Promise<void>
}

/** Starts `rate` requests a second at `url`. */
export function startLoad(url: string, rate: number): Load {
  const worker = new Worker(new URL('./load-worker.ts', import.meta.url), { workerData: { url, rate } })
  const seconds: Second[] = []
  worker.on('message', (second: Second) => seconds.push(second))
  worker.on('error', error => {
    throw new Error('the load generator failed', { cause: error })
  })
  return {
    rate,
    seconds,
    between: (from, to) => addUp(seconds.filter(({ at }) => at > from && at <= to).flatMap(({ cells }) => cells)),
    async stop() {
      await worker.terminate()
    },
  }
}

/** Adds up cells of the same cluster and release. */
export function addUp(cells: readonly Cell[]): Cell[] {
  const sums = new Map<string, Cell>()
  for (const cell of cells) {
    const key = `${cell.cluster} ${cell.release}`
    const sum = sums.get(key)
    if (!sum) sums.set(key, { ...cell, latencies: [...cell.latencies] })
    else {
      sum.requests += cell.requests
      sum.errors += cell.errors
      sum.latencies = sum.latencies.map((count, index) => count + (cell.latencies[index] ?? 0))
    }
  }
  return [...sums.values()].sort((a, b) => `${a.cluster} ${a.release}`.localeCompare(`${b.cluster} ${b.release}`))
}

/** Requests and errors of the cells that `pick` picks. */
export function total(cells: readonly Cell[], pick: (cell: Cell) => boolean = () => true) {
  const picked = cells.filter(pick)
  return {
    requests: picked.reduce((sum, { requests }) => sum + requests, 0),
    errors: picked.reduce((sum, { errors }) => sum + errors, 0),
  }
}

/** The bound, in milliseconds, below which the part `quantile` (0 to 1) of the answers came; NaN without any. */
export function latency(cells: readonly Cell[], quantile: number): number {
  const upTo = latencyBounds.map((_, index) =>
    cells.flatMap(({ latencies }) => latencies.slice(0, index + 1)).reduce((sum, count) => sum + count, 0),
  )
  const all = upTo.at(-1) ?? 0
  const index = upTo.findIndex(count => count >= quantile * all)
  return all === 0 ? Number.NaN : (latencyBounds[index] ?? Number.NaN)
}
