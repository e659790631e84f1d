import { readFleet, shares } from '../../../gitops/fleet/index.ts'
import { treeOf } from '../../support/tree.ts'
import type { ApiServer } from './api-server.ts'
import type { Traffic } from './traffic.ts'

type Files = Readonly<Record<string, string>>

/** The template's files with the addresses of what runs here in the places of its examples. */
export function addressed(files: Files, clusters: Readonly<Record<string, ApiServer>>, traffic: Traffic): Files {
  const changed: Record<string, string> = { ...files }
  const put = (file: string, example: string, address: string) => {
    const text = changed[file]
    if (!text?.includes(example)) throw new Error(`${file} of the template does not say ${example}`)
    changed[file] = text.replace(example, address)
  }
  for (const [name, { server }] of Object.entries(clusters)) {
    put(`clusters/${name}.yaml`, `https://${name}.kubernetes.example`, server)
    put(`clusters/${name}.yaml`, 'https://prometheus.example', traffic.prometheus)
  }
  for (const [file, text] of Object.entries(files)) {
    if (!file.startsWith('apps/')) continue
    changed[file] = text.replaceAll('http://prometheus-operated.monitoring:9090', traffic.prometheus) // for Rollouts' controllers
  }
  put('fleet.yaml', 'unix:/run/haproxy/admin.sock', traffic.runtime)
  return changed
}

/** The share of each cluster that is behind the load balancer, as the files say. */
export function sharesOf(files: Files): ReadonlyMap<string, number> {
  const fleet = readFleet(treeOf(files))
  const behind = new Set(fleet.clusters.filter(({ role }) => role !== undefined).map(({ name }) => name))
  return new Map([...shares(fleet)].filter(([name]) => behind.has(name)))
}
