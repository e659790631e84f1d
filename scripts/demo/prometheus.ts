import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { findProgram } from '../parts/parts.mjs'
import { freePort } from './network.ts'
import type { Processes } from './processes.ts'

/** One series of an instant query's answer. */
export type Sample = { labels: Readonly<Record<string, string>>; value: number }

export type Prometheus = {
  url: string
  /** Names the replicas of a cluster that are to be scraped, as `host:port`. */
  scrape(app: string, cluster: string, targets: readonly string[]): void
  /** An instant query, now or at `time` (milliseconds since the epoch). */
  query(expression: string, time?: number): Promise<Sample[]>
}

const answer = z.object({
  status: z.literal('success'),
  data: z.object({
    resultType: z.literal('vector'),
    result: z.array(z.object({ metric: z.record(z.string(), z.string()), value: z.tuple([z.number(), z.string()]) })),
  }),
})

/** Starts Prometheus on a free port; it scrapes `balancer` and all replicas every second. */
export async function startPrometheus(processes: Processes, folder: string, balancer: string): Promise<Prometheus> {
  const targets = `${folder}/targets`
  mkdirSync(targets)
  writeFileSync(`${folder}/prometheus.yml`, configuration(targets, balancer))
  for (let attempt = 1; ; attempt++) {
    const url = await start(processes, folder)
    if (url !== undefined) return { url, scrape: writeTargets(targets), query: ask(url) }
    if (attempt === 5) throw new Error(`Prometheus does not start; see ${folder}/logs/prometheus.log`)
  }
}

/** Targets carry `app` and `cluster`, so that a replica that is down is still known as one of that cluster. */
function configuration(targets: string, balancer: string): string {
  return `global: { scrape_interval: 1s, scrape_timeout: 900ms }
scrape_configs:
  - job_name: replicas
    honor_labels: true
    file_sd_configs: [{ files: ['${targets}/*.json'], refresh_interval: 2s }]
  - job_name: balancer
    static_configs: [{ targets: ['${balancer}'] }]
`
}

function writeTargets(folder: string): Prometheus['scrape'] {
  const written = new Map<string, string>()
  return (app, cluster, targets) => {
    const text = JSON.stringify([{ targets, labels: { app, cluster } }])
    if (written.get(cluster) === text) return
    written.set(cluster, text)
    writeFileSync(`${folder}/${cluster}.new`, text)
    renameSync(`${folder}/${cluster}.new`, `${folder}/${cluster}.json`)
  }
}

/** Gives the URL, or undefined when it ended at once, for example because the port was taken meanwhile. */
async function start(processes: Processes, folder: string): Promise<string | undefined> {
  const host = `127.0.0.1:${await freePort('127.0.0.1')}`
  const running = processes.start(
    'prometheus',
    findProgram('prometheus') ?? 'prometheus',
    [
      `--config.file=${folder}/prometheus.yml`,
      `--storage.tsdb.path=${folder}/prometheus`,
      `--web.listen-address=${host}`,
      '--log.level=warn',
    ],
    { log: `${folder}/logs/prometheus.log` },
  )
  for (let tries = 0; tries < 200 && !running.hasEnded(); tries++) {
    const ready = await fetch(`http://${host}/-/ready`).then(
      response => response.ok,
      () => false,
    )
    if (ready) return `http://${host}`
    await sleep(50)
  }
  await running.stop()
  return undefined
}

function ask(url: string): Prometheus['query'] {
  return async (expression, time) => {
    const form = new URLSearchParams({ query: expression, ...(time !== undefined && { time: String(time / 1000) }) })
    const response = await fetch(`${url}/api/v1/query`, { method: 'POST', body: form })
    if (!response.ok) throw new Error(`Prometheus refused ${expression}: ${await response.text()}`)
    const { data } = answer.parse(await response.json())
    return data.result.map(({ metric, value: [, value] }) => ({ labels: metric, value: Number(value) }))
  }
}
