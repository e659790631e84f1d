import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { silentLog, systemClock } from '../../../host/index.ts'
import { openRegistry } from '../../../images/index.ts'
import type { BareRepository } from '../../support/git/index.ts'
import { listen } from '../../support/prometheus/listen.ts'
import { type Site, startSitePrometheus } from '../simulator/index.ts'

/** What a cluster runs of an app; `failing` is the share of its requests that fail, as the image's label says. */
type Release = { repository: string; tag: string; digest: string; failing: number }

/** One replica's counters. */
type Replica = { release: Release; good: number; bad: number; last: number }

/** Clusters that only seem to run something. */
export type Clusters = {
  /** The real Prometheus that scrapes them. */
  prometheus: string
  /** What a cluster runs now; undefined where its pin cannot be pulled. */
  running(cluster: string): Release | undefined
}

/** Requests a second that each replica answers. */
const rate = 200

const replicas = [0, 1, 2]

/**
 * Starts stand-ins for clusters that Argo CD keeps at what Git says: each reads the app's pin in the bare repository
 * three times a second, asks the real registry for that digest, and from then on answers scrapes as the app's replicas
 * would: which release they are, and how many requests they have answered. Nothing else of a cluster is there.
 */
export async function startClusters(
  site: Site,
  { app, clusters, gitops }: { app: string; clusters: readonly string[]; gitops: BareRepository },
): Promise<Clusters> {
  const registry = openRegistry({ fetch, clock: systemClock, log: silentLog })
  const running = new Map<string, Release>()
  const counters = new Map<string, Replica>()
  const stopping = new AbortController()

  async function follow(): Promise<void> {
    let seen = ''
    while (!stopping.signal.aborted) {
      const head = await gitops.head().catch(() => seen)
      if (head !== seen) await Promise.all(clusters.map(look))
      seen = head
      await sleep(300, undefined, { signal: stopping.signal }).catch(() => {})
    }
  }

  async function look(cluster: string): Promise<void> {
    const text = (await gitops.read(`apps/${app}/clusters/${cluster}/kustomization.yaml`)) ?? ''
    const [, repository = '', tag = '', digest = ''] =
      /newName: (\S+)\s+newTag: "?(\S+?)"?\s+digest: (sha256:[0-9a-f]{64})/.exec(text) ?? []
    if (running.get(cluster)?.digest === digest) return
    const labels = await registry.labels({ repository, digest }).catch(() => undefined)
    if (labels === undefined) running.delete(cluster)
    else running.set(cluster, { repository, tag, digest, failing: Number(labels.failing ?? 0) })
  }

  function page(cluster: string, replica: string): string | undefined {
    const release = running.get(cluster)
    if (release === undefined) return undefined
    const key = `${cluster}/${replica}`
    const now = Date.now()
    const before = counters.get(key)
    const counter = before?.release === release ? before : { release, good: 0, bad: 0, last: now }
    const requests = (rate * (now - counter.last)) / 1000
    counter.good += requests * (1 - release.failing)
    counter.bad += requests * release.failing
    counter.last = now
    counters.set(key, counter)
    const labels = `app="${app}",cluster="${cluster}",tag="${release.tag}",digest="${release.digest}"`
    const all = counter.good + counter.bad
    return [
      `stovepipe_build_info{${labels}} 1\n`,
      `http_requests_total{${labels},code="200"} ${counter.good}\n`,
      `http_requests_total{${labels},code="500"} ${counter.bad}\n`,
      ...['0.05', '0.1', '1', '+Inf'].map(
        bound => `http_request_duration_seconds_bucket{${labels},le="${bound}"} ${all}\n`,
      ),
    ].join('')
  }

  const server = await listen(
    createServer((request, response) => {
      const [, cluster = '', replica = ''] = (request.url ?? '').split('/')
      const text = page(cluster, replica)
      response.writeHead(text === undefined ? 503 : 200, { 'content-type': 'text/plain; version=0.0.4' }).end(text)
    }),
  )
  const following = follow()
  site.defer(async () => {
    stopping.abort()
    await following
    await server.close()
  })
  const { host } = new URL(server.url)
  const labelled = clusters.flatMap(cluster =>
    replicas.map(replica => ({
      targets: [host],
      labels: { app, cluster, instance: `${cluster}-${replica}`, __metrics_path__: `/${cluster}/${replica}` },
    })),
  )
  const prometheus = await startSitePrometheus(site, { targets: [], labelled, interval: '1s' })
  return { prometheus, running: cluster => running.get(cluster) }
}
