import { formatDuration } from '../../configuration/index.ts'
import type { Cluster } from '../../gitops/fleet/index.ts'
import type { Health, HealthQuery, Observer } from '../../gitops/promotion/index.ts'
import type { Clock } from '../../host/index.ts'
import { type Labels, type Prometheus, PrometheusError, type QueryResult } from '../../rollouts/prometheus/index.ts'

/** How many scrapes in a row must agree: one could have been answered by a pod on its way out. */
const scrapes = 2

/** No older samples are read than these: milliseconds. Scrape intervals over a minute are not usual. */
const longestWindow = 5 * 60_000

/** One target of a scrape, and what its newest scrapes said. */
type Target = { name: string; up: Sample[]; reports: Report[] }
type Sample = { value: number; timestamp: number }
type Report = { digest: string; timestamp: number }

/**
 * An observer for fleets where only Prometheus can be asked. It reads `stovepipe_build_info{app,cluster,tag,digest}`:
 * a cluster is healthy when, on the two newest scrapes after the pin, at least `healthy.replicas` targets exist, all
 * are up and all report the pinned digest and no other. It sees containers, not Argo CD, so it cannot prove that a pin
 * was synced, and says so in its evidence: a change of configuration alone looks the same before and after.
 *
 * Give the targets `app` and `cluster` labels in the scrape configuration: a target that is down then still counts,
 * through `up`; labels that only the container reports vanish with it.
 */
export function prometheusObserver(prometheusOf: (cluster: Cluster) => Prometheus, clock: Clock): Observer {
  return {
    name: 'prometheus',
    requireAskable: cluster => void prometheusOf(cluster),
    async health(query, signal): Promise<Health> {
      const prometheus = prometheusOf(query.cluster)
      try {
        return assess(query, await targets(prometheus, query, clock.now(), signal))
      } catch (error) {
        if (!(error instanceof PrometheusError)) throw error
        return { kind: 'unknown', reason: error.cure ? `${error.message}. ${error.cure}` : error.message }
      }
    },
  }
}

async function targets(
  prometheus: Prometheus,
  { app, cluster, pinned }: HealthQuery,
  now: number,
  signal: AbortSignal,
): Promise<Target[]> {
  const labels = `{app=${JSON.stringify(app)},cluster=${JSON.stringify(cluster.name)}}`
  const window = `[${Math.ceil(Math.min(longestWindow, Math.max(1000, now - pinned.at)) / 1000)}s]`
  const ask = (expression: string) => prometheus.query(expression, now, { signal })
  const [up, reports, ...current] = await Promise.all([
    ask(`up${labels}${window}`),
    ask(`stovepipe_build_info${labels}${window}`),
    ask(`up${labels}`),
    ask(`stovepipe_build_info${labels}`),
  ])
  // Prometheus marks the series of a target that it no longer scrapes as stale, so that only its past is left.
  const scraped = new Set(current.flatMap(newest).map(({ metric }) => targetName(metric)))
  const targets = new Map([...scraped].sort().map(name => [name, emptyTarget(name)]))
  const recent = (samples: readonly Sample[]) => samples.filter(({ timestamp }) => timestamp > pinned.at)
  for (const { metric, samples } of series(up)) targets.get(targetName(metric))?.up.push(...recent(samples))
  for (const { metric, samples } of series(reports)) {
    const { digest = '' } = metric
    const seen = recent(samples).map(({ timestamp }) => ({ digest, timestamp }))
    targets.get(targetName(metric))?.reports.push(...seen)
  }
  return [...targets.values()]
}

function emptyTarget(name: string): Target {
  return { name, up: [], reports: [] }
}

function assess({ image, pinned, gate }: HealthQuery, targets: readonly Target[]): Health {
  const wanted = gate.healthy.replicas
  const first = targets
    .flatMap(({ reports }) => reports)
    .filter(({ digest }) => digest === image.digest)
    .map(({ timestamp }) => timestamp)
  const synced = first.length > 0 ? { syncedAt: Math.max(pinned.at, Math.min(...first)) } : {}
  const wait = (reason: string): Health => ({ kind: 'progressing', reason, ...synced })

  if (targets.length === 0 && wanted === 0) {
    return { kind: 'scaled-to-zero', provesSync: false, detail: 'no target is scraped and none is asked for' }
  }
  if (targets.length < wanted) return wait(`${targets.length} of ${wanted} replicas are scraped since the pin`)
  for (const target of targets) {
    const fault = faultOf(target, image.digest)
    if (fault) return wait(`${target.name} ${fault}`)
  }
  return {
    kind: 'healthy',
    replicas: targets.length,
    provesSync: false,
    detail: `${targets.length} targets report ${image.digest} on ${scrapes} scrapes; Prometheus cannot prove a sync`,
  }
}

/** Why a target does not count as healthy yet, if it does not. */
function faultOf({ up, reports }: Target, digest: string): string | undefined {
  const newestUp = [...up].sort((a, b) => b.timestamp - a.timestamp).slice(0, scrapes)
  if (newestUp.some(({ value }) => value !== 1)) return 'is down'
  const times = [...new Set(reports.map(({ timestamp }) => timestamp))].sort((a, b) => b - a).slice(0, scrapes)
  if (times.length < scrapes) return `was seen on ${times.length} of ${scrapes} scrapes since the pin`
  const lastUp = newestUp[0]?.timestamp
  if (lastUp !== undefined && lastUp - (times[0] ?? 0) > scrapeInterval(up) * 2) {
    return `has reported no build for ${formatDuration(lastUp - (times[0] ?? 0))}`
  }
  const other = reports.find(report => times.includes(report.timestamp) && report.digest !== digest)
  return other && `reports ${other.digest === '' ? 'no digest' : other.digest}`
}

/** The longest time between two scrapes, in milliseconds; a minute where only one is known. */
function scrapeInterval(samples: readonly Sample[]): number {
  const times = samples.map(({ timestamp }) => timestamp).sort((a, b) => a - b)
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? time))
  return gaps.length === 0 ? 60_000 : Math.max(...gaps)
}

function targetName({ job = '', instance = '' }: Labels): string {
  return `${job}/${instance}`
}

function series(result: QueryResult) {
  return result.kind === 'matrix' ? result.series : []
}

function newest(result: QueryResult) {
  return result.kind === 'vector' ? result.samples : []
}
