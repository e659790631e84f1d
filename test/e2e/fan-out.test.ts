import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { z } from 'zod'
import { templateFiles } from '../support/template.ts'
import { type ApiServer, startApiServer } from './simulator/api-server.ts'
import { applications } from './simulator/applications.ts'
import { startApplicationSets } from './simulator/argocd.ts'
import { startEtcd } from './simulator/etcd.ts'
import { clusterSecret } from './simulator/fleet.ts'
import { createGitOpsRepository, eventually } from './simulator/index.ts'
import { openSite, type Site } from './simulator/site.ts'
import { applyTemplate } from './simulator/template.ts'

const clusters = Array.from({ length: 100 }, (_, index) => `cluster-${index}`)
const apps = Array.from({ length: 50 }, (_, index) => `app-${index}`)

let site: Site
let hub: ApiServer
let controller: number

beforeAll(async () => {
  site = await openSite('fan-out')
  hub = await startApiServer(site, { name: 'hub', etcd: await startEtcd(site) })
  controller = (await startApplicationSets(site, hub)).pid
  for (const name of clusters) {
    await hub.client.apply(clusterSecret({ name, server: `https://${name}.example`, token: 'none', ca: '' }))
  }
})
afterAll(() => site?.close())

test(`the real controller renders ${clusters.length} clusters × ${apps.length} apps`, async () => {
  const own = Object.keys(templateFiles()).filter(path => /^(?:apps|clusters)\//.test(path))
  const repository = await createGitOpsRepository(join(site.folder, 'gitops.git'), {
    ...Object.fromEntries(own.map(path => [path, undefined])),
    ...fleetOf(clusters, apps),
  })
  const wanted = clusters.flatMap(cluster => apps.map(app => `${app}.${cluster}`))
  const idle = memory(controller)
  const started = performance.now()
  await applyTemplate(hub, repository, ['apps'])

  let peak = idle
  await eventually(
    `${wanted.length} Applications`,
    async () => {
      peak = Math.max(peak, memory(controller))
      return (await countApplications()) >= wanted.length
    },
    { timeout: 500_000, interval: 1000, seen: async () => `but ${await countApplications()}` },
  )
  const seconds = (performance.now() - started) / 1000
  console.log(
    `${wanted.length} Applications in ${seconds.toFixed(1)} s (${(wanted.length / seconds).toFixed(0)} a second); ` +
      `the controller's memory: ${idle} MB idle, ${peak} MB at most`,
  )
  const rendered = await applications(hub.client)
  expect(rendered.map(({ metadata }) => metadata.name)).toEqual(wanted.sort())
  for (const { metadata, spec } of rendered) expect(metadata.name.endsWith(`.${spec.destination.name}`)).toBe(true)
}, 600_000)

const page = z.object({
  items: z.array(z.unknown()),
  metadata: z.object({ remainingItemCount: z.number().default(0) }),
})

/** Without reading them all, which would measure us. */
async function countApplications(): Promise<number> {
  const path = '/apis/argoproj.io/v1alpha1/namespaces/argocd/applications?limit=1'
  const { items, metadata } = page.parse(await hub.client.request('GET', path))
  return items.length + metadata.remainingItemCount
}

/** Cluster files, and a folder for each app on each cluster. */
function fleetOf(clusters: readonly string[], apps: readonly string[]): Record<string, string> {
  const files: Record<string, string> = {}
  for (const cluster of clusters) {
    files[`clusters/${cluster}.yaml`] = [
      'apiVersion: stovepipe.dev/v1alpha1',
      'kind: Cluster',
      `metadata: { name: ${cluster}, labels: { environment: prod } }`,
      `spec: { role: primary, state: active, server: "https://${cluster}.example" }`,
      '',
    ].join('\n')
    for (const app of apps) files[`apps/${app}/clusters/${cluster}/kustomization.yaml`] = 'resources: []\n'
  }
  return files
}

/** Resident memory of a process in MB. */
function memory(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Math.round(Number(kilobytes) / 1024)
}
