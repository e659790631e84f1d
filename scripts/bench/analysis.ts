import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Clock } from '../../host/index.ts'
import { type AnalysisRunSpec, prometheusProvider, runAnalysis } from '../../rollouts/analysis/index.ts'
import { buildOracle, type Case, type Outcome, outcomeSchema, startOracle } from '../../test/e2e/oracle/index.ts'
import { type Finding, median } from './goal.ts'

/** What is played: so many metrics, all due at once, measured so many times each, so many seconds apart. */
type Load = { metrics: number; count: number; interval: number }

const atOnce: Load = { metrics: 100, count: 25, interval: 10 }
const backtest: Load = { metrics: 20, count: 121, interval: 30 }

/**
 * Plays analyses as fast as they go, on a clock that jumps, against an HTTP server in another process; compared with
 * bare requests of the same number and concurrency, and with the Argo Rollouts controller's own code where Go is there.
 */
export async function measureAnalysis(): Promise<Finding[]> {
  const server = spawn(process.execPath, [fileURLToPath(new URL('prometheus.ts', import.meta.url))], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  try {
    const [printed] = await once(server.stdout, 'data')
    const url = String(printed).trim()
    return [...(await engine(url)), await hour(url), await controller(url)]
  } finally {
    server.stdin.end()
  }
}

async function engine(url: string): Promise<Finding[]> {
  const { ours, bare } = await interleaved(url, atOnce, 5)
  const measurements = atOnce.metrics * atOnce.count
  const ratio = ours / bare
  const rate = Math.round((measurements / ours) * 1000)
  const overhead = ((ours - bare) / measurements) * 1000
  return [
    {
      what: `analysis: ${atOnce.metrics} metrics due at once`,
      result: `${rate} measurements a second, ${ratio.toFixed(2)} times the time of bare requests`,
      goal: 'at most 3',
      met: ratio <= 3,
    },
    { what: 'analysis: a measurement beyond its bare request', result: `${overhead.toFixed(0)} us` },
  ]
}

async function hour(url: string): Promise<Finding> {
  const { ours, bare } = await interleaved(url, backtest, 3)
  const ratio = ours / bare
  const measurements = backtest.metrics * backtest.count
  return {
    what: 'analysis: one hour of 20 metrics, every 30 s, played back',
    result: `${(ours / 1000).toFixed(2)} s for ${measurements} queries, ${ratio.toFixed(2)} times the time of bare requests`,
    goal: 'at most 3',
    met: ratio <= 3,
  }
}

async function controller(url: string): Promise<Finding> {
  const what = "analysis: the controller's own code on the same load"
  const goal = 'ours at most 3 times its time'
  let program: string
  try {
    program = await buildOracle(console.log)
  } catch (error) {
    return { what, goal, result: `not measured: ${error instanceof Error ? error.message.split('\n')[0] : error}` }
  }
  const oracle = startOracle(program, 'runs', (answer): Outcome => outcomeSchema.parse(answer))
  try {
    const [ours, theirs]: [number[], number[]] = [[], []]
    for (let round = 0; round < 4; round++) {
      const { milliseconds } = await oracle.ask(caseOf(url, atOnce))
      const time = await timed(() => play(url, atOnce))
      if (round === 0) continue // both warm up
      ours.push(time)
      theirs.push(milliseconds)
    }
    const ratio = median(ours) / median(theirs)
    const result = `${median(theirs).toFixed(0)} ms to our ${median(ours).toFixed(0)} ms: ours takes ${ratio.toFixed(2)} times its time`
    return { what, goal, result, met: ratio <= 3 }
  } finally {
    await oracle.close()
  }
}

async function interleaved(url: string, load: Load, rounds: number): Promise<{ ours: number; bare: number }> {
  const [ours, bare]: [number[], number[]] = [[], []]
  for (let round = 0; round <= rounds; round++) {
    const requests = await timed(() => bareRequests(url, load))
    const time = await timed(() => play(url, load))
    if (round === 0) continue // connections and code warm up
    ours.push(time)
    bare.push(requests)
  }
  return { ours: median(ours), bare: median(bare) }
}

async function play(url: string, load: Load): Promise<void> {
  const { status } = await runAnalysis(specOf(url, load), { query: prometheusProvider({ fetch }), clock: jumping() })
  const taken = status.metricResults.reduce((sum, { successful = 0 }) => sum + successful, 0)
  if (taken !== load.metrics * load.count) throw new Error(`the analysis ended as ${status.phase}: ${status.message}`)
}

async function bareRequests(url: string, { metrics, count }: Load): Promise<void> {
  for (let round = 0; round < count; round++) {
    await Promise.all(
      Array.from({ length: metrics }, async (_, index) => {
        const body = new URLSearchParams({ query: queryOf(index), time: `${1_700_000_000 + round}` })
        const response = await fetch(`${url}/api/v1/query`, { method: 'POST', body })
        JSON.parse(await response.text())
      }),
    )
  }
}

function specOf(url: string, { metrics, count, interval }: Load): AnalysisRunSpec {
  return {
    metrics: Array.from({ length: metrics }, (_, index) => ({
      name: `metric-${index}`,
      count,
      interval: `${interval}s`,
      successCondition: 'len(result) > 0 && result[0] >= 0.95',
      provider: { prometheus: { address: url, query: queryOf(index) } },
    })),
  }
}

function caseOf(url: string, load: Load): Case {
  return { spec: { ...specOf(url, load) }, server: url, script: {}, start: 1_700_000_000_000 }
}

function queryOf(index: number): string {
  return `sum(rate(http_requests_total{app="coolkit-${index}",code!~"5.."}[2m])) / sum(rate(http_requests_total{app="coolkit-${index}"}[2m]))`
}

/** A clock on which nobody waits. */
function jumping(): Clock {
  let now = 1_700_000_000_000
  return {
    now: () => now,
    async sleep(ms) {
      now += ms
    },
  }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const before = performance.now()
  await work()
  return performance.now() - before
}
