import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Health } from '../../../gitops/promotion/index.ts'
import { createPrometheus } from '../../../rollouts/prometheus/index.ts'
import { prometheusObserver } from '../../../steps/promote/prometheus-observer.ts'
import { type RealPrometheus, series, startPrometheus } from '../../support/prometheus/real.ts'

const wanted = `sha256:${'a'.repeat(64)}`
const before = `sha256:${'b'.repeat(64)}`
/** When the pin was written, in seconds; targets are scraped every 15 s. */
const pin = 1_700_000_000
const [early, first, second] = [pin - 10, pin + 5, pin + 20]
const now = pin + 25

type Seen = { digest?: string; at: readonly number[]; up?: number }
/** What each cluster's targets reported: a list of targets, each a list of what was seen of it. */
const clusters: Record<string, readonly (readonly Seen[])[]> = {
  good: [[{ digest: wanted, at: [first, second] }], [{ digest: wanted, at: [first, second] }]],
  rolled: [
    [
      { digest: before, at: [early] },
      { digest: wanted, at: [first, second] },
    ],
    [{ digest: wanted, at: [first, second] }],
  ],
  once: [[{ digest: wanted, at: [second] }], [{ digest: wanted, at: [first, second] }]],
  wrong: [[{ digest: before, at: [first, second] }], [{ digest: before, at: [first, second] }]],
  mixed: [[{ digest: wanted, at: [first, second] }], [{ digest: before, at: [first, second] }]],
  turned: [
    [
      { digest: before, at: [first] },
      { digest: wanted, at: [second] },
    ],
    [{ digest: wanted, at: [first, second] }],
  ],
  down: [
    [{ digest: wanted, at: [first, second] }],
    [{ digest: wanted, at: [first, second] }],
    [{ at: [first, second], up: 0 }],
  ],
  few: [[{ digest: wanted, at: [first, second] }]],
  silent: [[{ digest: wanted, at: [first, second] }], [{ at: [first, second], up: 1 }]],
  stale: [[{ digest: before, at: [early] }], [{ digest: before, at: [early] }]],
}

let prometheus: RealPrometheus
beforeAll(async () => {
  const builds: string[] = []
  const ups: string[] = []
  for (const [cluster, targets] of Object.entries(clusters)) {
    for (const [index, seen] of targets.entries()) {
      const target = `app="coolkit",cluster="${cluster}",job="pods",instance="10.0.0.${index}:2345"`
      for (const { digest, at } of seen) {
        if (digest === undefined) continue
        const samples = at.map(time => [time, 1] as const)
        builds.push(series(`stovepipe_build_info{${target},tag="t",digest="${digest}"}`, samples))
      }
      const scraped = seen.flatMap(({ at, up = 1 }) => at.map(time => [time, up] as const))
      ups.push(series(`up{${target}}`, scraped))
    }
  }
  prometheus = await startPrometheus(
    `# TYPE stovepipe_build_info gauge\n${builds.join('')}# TYPE up gauge\n${ups.join('')}# EOF\n`,
  )
})
afterAll(() => prometheus?.close())

const look = (cluster: string, url = prometheus.url, replicas = 2): Promise<Health> =>
  prometheusObserver(() => createPrometheus({ url, fetch, timeout: 5000 }), {
    now: () => now * 1000,
    sleep: () => Promise.reject(new Error('an observer only looks')),
  }).health(
    {
      app: 'coolkit',
      cluster: { name: cluster, labels: {}, state: 'active' },
      image: { repository: 'ghcr.io/acme/coolkit', tag: 't', digest: wanted },
      pinned: { commit: '0'.repeat(40), at: pin * 1000 },
      gate: { healthy: { timeout: 600_000, replicas }, soak: 0, deadline: 7_200_000, attempts: 3 },
    },
    new AbortController().signal,
  )

test.each(['good', 'rolled'])(
  'a cluster whose targets all report the pinned digest twice is healthy: %s',
  async name => {
    expect(await look(name)).toEqual({
      kind: 'healthy',
      replicas: 2,
      provesSync: false,
      detail: `2 targets report ${wanted} on 2 scrapes; Prometheus cannot prove a sync`,
    })
  },
)

test.each([
  ['once', /was seen on 1 of 2 scrapes since the pin/],
  ['wrong', new RegExp(`reports ${before}`)],
  ['mixed', new RegExp(`10\\.0\\.0\\.1:2345 reports ${before}`)],
  ['turned', new RegExp(`10\\.0\\.0\\.0:2345 reports ${before}`)],
  ['down', /10\.0\.0\.2:2345 is down/],
  ['few', /1 of 2 replicas are scraped/],
  ['silent', /10\.0\.0\.1:2345 was seen on 0 of 2 scrapes/],
  ['stale', /was seen on 0 of 2 scrapes since the pin/],
  ['nowhere', /0 of 2 replicas are scraped/],
])('a cluster is not healthy yet: %s', async (cluster, reason) => {
  expect(await look(cluster)).toMatchObject({ kind: 'progressing', reason: expect.stringMatching(reason) })
})

test('a report of the pinned digest after the pin tells since when the cluster has it; the old one does not', async () => {
  expect(await look('mixed')).toMatchObject({ syncedAt: first * 1000 })
  expect(await look('wrong')).not.toHaveProperty('syncedAt')
})

test('nothing scraped where nothing is asked for is scaled to zero', async () => {
  expect(await look('nowhere', prometheus.url, 0)).toMatchObject({ kind: 'scaled-to-zero', provesSync: false })
})

test('a Prometheus that does not answer is no verdict, and the reason names it', async () => {
  expect(await look('good', 'http://127.0.0.1:1')).toMatchObject({
    kind: 'unknown',
    reason: expect.stringMatching(/Prometheus at http:\/\/127\.0\.0\.1:1/),
  })
})
