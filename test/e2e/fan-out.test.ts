import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
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
  const repository = await createGitOpsRepository(join(site.folder, 'gitops.git'), fleetOf(clusters, apps))
  const idle = memory(controller)
  const started = performance.now()
  await applyTemplate(hub, repository, ['apps'])

  const wanted = clusters.length * apps.length
  let peak = idle
  const rendered = await eventually(
    `${wanted} Applications`,
    async () => {
      peak = Math.max(peak, memory(controller))
      const all = await applications(hub.client, 'stovepipe.dev/app')
      return all.length >= wanted && all
    },
    { timeout: 300_000, interval: 1000 },
  )
  const seconds = (performance.now() - started) / 1000
  console.log(
    `${rendered.length} Applications in ${seconds.toFixed(1)} s (${(rendered.length / seconds).toFixed(0)} a second); ` +
      `the controller's memory: ${idle} MB idle, ${peak} MB at most`,
  )
  expect(rendered.length).toBe(wanted + 4) // and the template's own app on its clusters
  expect(new Set(rendered.map(({ metadata }) => metadata.name)).size).toBe(rendered.length)
  expect(new Set(rendered.map(({ spec }) => spec.destination.name)).size).toBe(clusters.length + 4)
}, 400_000)

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
  return Math.round(Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024)
}
