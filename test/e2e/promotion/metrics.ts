import { createServer } from 'node:http'
import { type Listening, listen } from '../../support/prometheus/listen.ts'
import { type Site, startSitePrometheus } from '../simulator/index.ts'

/**
 * A real Prometheus and what it scrapes. kwok's pods run nothing, so the requests that the releases answer are made up
 * here: as many for every app, cluster, digest and track, all of them quick. Which of them fail, the test says.
 */
export type Metrics = {
  url: string
  /** From now on there are requests for this release. */
  serve(app: string, digest: string): void
  /** Half of the requests to the canary track of this app on this cluster fail from now on, or none do any more. */
  fail(app: string, cluster: string, failing: boolean): void
}

/** Requests a second for each release, cluster and track. */
const rate = 500

type Counter = { labels: string; app: string; cluster: string; track: string; good: number; bad: number }

/** Starts both in the site; `clusters` are those with requests. */
export async function startMetrics(site: Site, clusters: readonly string[]): Promise<Metrics> {
  const counters: Counter[] = []
  const failing = new Set<string>()
  let last = Date.now()

  /** Counts what has come since the last scrape. */
  function count(): string {
    const requests = (rate * (Date.now() - last)) / 1000
    last = Date.now()
    return counters
      .map(counter => {
        const { app, cluster, track, labels } = counter
        const share = track === 'canary' && failing.has(`${app} ${cluster}`) ? 0.5 : 0
        counter.good += requests * (1 - share)
        counter.bad += requests * share
        const all = counter.good + counter.bad
        const buckets = ['0.05', '0.1', '1', '+Inf'].map(
          bound => `http_request_duration_seconds_bucket{${labels},le="${bound}"} ${all}\n`,
        )
        return [
          `http_requests_total{${labels},code="200"} ${counter.good}\n`,
          `http_requests_total{${labels},code="500"} ${counter.bad}\n`,
          ...buckets,
        ].join('')
      })
      .join('')
  }

  const exporter: Listening = await listen(
    createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(count())
    }),
  )
  site.defer(() => exporter.close())
  const url = await startSitePrometheus(site, { targets: [new URL(exporter.url).host], interval: '1s' })
  return {
    url,
    serve(app, digest) {
      for (const cluster of clusters) {
        for (const track of ['stable', 'canary']) {
          const labels = `app="${app}",cluster="${cluster}",digest="${digest}",track="${track}"`
          counters.push({ labels, app, cluster, track, good: 0, bad: 0 })
        }
      }
    },
    fail(app, cluster, fails) {
      if (fails) failing.add(`${app} ${cluster}`)
      else failing.delete(`${app} ${cluster}`)
    },
  }
}
