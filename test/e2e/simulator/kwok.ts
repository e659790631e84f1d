import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { dump } from 'js-yaml'
import { z } from 'zod'
import type { ApiServer } from './api-server.ts'
import { build, moduleDirectory } from './build.ts'
import type { KubernetesObject } from './client.ts'
import { readManifests } from './manifests.ts'
import { createOperatorCrds, standIns } from './operators.ts'
import { withFreePorts } from './ports.ts'
import type { Site } from './site.ts'
import { eventually } from './wait.ts'

/** A pod whose image has a digest that begins like this never becomes Ready: for tests of releases that do not start. */
export const neverReady = 'sha256:bad0'

/**
 * Starts kwok, which plays the kubelets: its nodes are Ready, and so are pods as soon as they are scheduled. The CRDs of
 * the operators that it stands in for come with it.
 */
export async function startKwok(site: Site, { name, kubeconfig, client }: ApiServer, zones: readonly string[]) {
  const program = await build('kwok')
  const config = join(site.folder, name, 'kwok.yaml')
  await createOperatorCrds(client)
  await writeFile(config, (await stages()).map(stage => dump(stage)).join('---\n'))
  await knowsStandIns(client)
  await withFreePorts(1, port =>
    site.start({
      name: `${name}-kwok`,
      program,
      args: [
        `--kubeconfig=${kubeconfig}`,
        `--config=${config}`,
        '--manage-all-nodes=true',
        '--node-lease-duration-seconds=0', // no leases: nobody here judges a node by them
        `--server-address=127.0.0.1:${port}`,
      ],
      ready: async () => (await fetch(`http://127.0.0.1:${port}/healthz`)).ok,
    }),
  )
  for (const zone of zones) {
    await client.apply(node(`${name}-${zone}`, zone))
  }
  for (const zone of zones) {
    await eventually(`the node ${name}-${zone} is Ready`, async () =>
      JSON.stringify(await client.get(node(`${name}-${zone}`, zone))).includes('"phase":"Running"'),
    )
  }
}

function node(name: string, zone: string): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      annotations: { 'kwok.x-k8s.io/node': 'fake' },
      labels: { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux', 'topology.kubernetes.io/zone': zone },
    },
  }
}

const standIn = z.object({ spec: z.object({ resourceRef: z.object({ apiGroup: z.string() }) }) })
const published = z.object({ paths: z.record(z.string(), z.unknown()) })

/** kwok ends where a kind of its stages is in no OpenAPI document yet; they are published a moment after the CRDs. */
async function knowsStandIns(client: ApiServer['client']): Promise<void> {
  const groups = standIns.map(stage => standIn.parse(stage).spec.resourceRef.apiGroup)
  await eventually(`OpenAPI documents of ${groups.join(' and ')}`, async () => {
    const text = await client.request('GET', '/openapi/v3') // JSON that says it is plain text
    const { paths } = published.parse(JSON.parse(String(text)))
    return groups.every(group => `apis/${group}` in paths)
  })
}

/** kwok's own quickest stages of life, with one more condition for a pod to become Ready. */
async function stages(): Promise<KubernetesObject[]> {
  const module = await moduleDirectory('kwok', 'sigs.k8s.io/kwok')
  const folders = ['node/fast', 'node/heartbeat', 'pod/fast'].map(path => join(module, 'kustomize/stage', path))
  const all = (await Promise.all(folders.map(readManifests))).flat()
  return [...all.map(stage => (stage.metadata.name === 'pod-ready' ? butNotOf(stage, neverReady) : stage)), ...standIns]
}

function butNotOf(stage: KubernetesObject, digest: string): KubernetesObject {
  const spec = JSON.parse(JSON.stringify(stage.spec))
  const key = `.spec.containers.[] | select(.image | contains("@${digest}")) | .name`
  spec.selector.matchExpressions.push({ key, operator: 'DoesNotExist' })
  return { ...stage, spec }
}
