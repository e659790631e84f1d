import { join } from 'node:path'
import { type BareRepository, createRepository } from '../../support/git/index.ts'
import { labelsFor, pushImage } from '../../support/registry/index.ts'
import { templateFiles } from '../../support/template.ts'
import { bundle } from '../bundle.ts'
import { hastened } from '../simulator/hastened.ts'
import {
  applyTemplate,
  createGitOpsRepository,
  type Fleet,
  type GitOpsRepository,
  startFleet,
  startSiteRegistry,
  templateClusters,
} from '../simulator/index.ts'
import { type Metrics, startMetrics } from './metrics.ts'

/** The fleet of the template, with what a release needs around it. */
export type Scene = {
  fleet: Fleet
  /** The GitOps repository, which Argo CD reads and `promote` writes. */
  gitops: GitOpsRepository
  metrics: Metrics
  /** The folder with the bundles, made from the sources as they are. */
  dist: string
  /** Builds and pushes a release of an app, as its own pipeline would; `digest` is what its digest begins with. */
  release(app: string, options?: { digest?: string }): Promise<Release>
  stop(): Promise<void>
}

/** `image`: as `build-image` gives it, `repository:tag@digest`. */
export type Release = { app: string; image: string; digest: string; tag: string }

/** The cluster that takes no part until a test activates it. */
export const inactive = 'prod-eu1-c'

export const apps = ['coolkit', 'storefront']

/** What the template pins everywhere: it ran before the kit came. */
export const first = `sha256:${'0'.repeat(64)}`

/** Starts everything. Applications come by themselves; nothing is waited for. */
export async function openScene(): Promise<Scene> {
  const clusters = await templateClusters()
  const fleet = await startFleet(
    'promotion',
    clusters.map(name => ({ name })),
  )
  try {
    const dist = await bundle(join(fleet.folder, 'dist'))
    const registry = await startSiteRegistry(fleet.site)
    const metrics = await startMetrics(fleet.site, clusters)
    for (const app of apps) metrics.serve(app, first)
    const sources = await sourceRepositories(fleet.folder)
    const here = templateHere({ fleet, registry, prometheus: metrics.url, sources })
    const gitops = await createGitOpsRepository(join(fleet.folder, 'gitops.git'), here)
    await applyTemplate(fleet.hub, gitops)
    let number = 0
    return {
      fleet,
      gitops,
      metrics,
      dist,
      stop: () => fleet.stop(),
      async release(app, { digest: prefix } = {}) {
        const revision = (await sources[app]?.commit({ 'version.txt': `${++number}\n` })) ?? ''
        const revisionLabel = { 'org.opencontainers.image.revision': revision }
        const labels = prefix === undefined ? revisionLabel : labelsFor(prefix, revisionLabel)
        const tag = `sha-${revision.slice(0, 12)}`
        const digest = await pushImage(registry, `acme/${app}`, tag, labels)
        metrics.serve(app, digest)
        return { app, digest, tag, image: `${registry}/acme/${app}:${tag}@${digest}` }
      },
    }
  } catch (error) {
    await fleet.stop()
    throw error
  }
}

/** The apps' own repositories, where `promote` asks for the order of commits. */
async function sourceRepositories(folder: string): Promise<Record<string, BareRepository>> {
  const made = apps.map(async app => {
    const repository = await createRepository(join(folder, 'sources', `${app}.git`), { 'version.txt': '0\n' })
    return [app, repository] as const
  })
  return Object.fromEntries(await Promise.all(made))
}

type Here = {
  fleet: Fleet
  /** Its address, host:port. */
  registry: string
  prometheus: string
  sources: Readonly<Record<string, BareRepository>>
}

/**
 * The template as a team would fit it to these clusters, and with less patience: a second where it has a minute. What
 * is judged, and how, stays.
 */
function templateHere({ fleet, registry, prometheus, sources }: Here): Record<string, string> {
  const addresses: [string, string][] = [
    ['https://prometheus.example', prometheus],
    ['http://prometheus-operated.monitoring:9090', prometheus],
    ['ghcr.io/acme/', `${registry}/acme/`],
    ...Object.entries(sources).map(([app, { folder }]): [string, string] => [
      `https://github.com/acme/${app}.git`,
      `file://${folder}`,
    ]),
    ...Object.entries(fleet.clusters).map(([name, { server }]): [string, string] => [
      `https://${name}.kubernetes.example`,
      server,
    ]),
  ]
  const fitted = Object.entries(templateFiles()).map(([path, text]) => {
    return [path, addresses.reduce((so, [from, to]) => so.replaceAll(from, to), text)] as const
  })
  const files = hastened(Object.fromEntries(fitted), [
    [/\[2m\]/g, '[6s]'],
    [/interval: 1m\b/g, 'interval: 1s'],
    [/count: 5\b/g, 'count: 3'],
    [/duration: 150s/, 'duration: 7s'], // long enough to be seen, once
    [/duration: 150s/, 'duration: 1s'],
    [/minReadySeconds: 10\b/g, 'minReadySeconds: 1'],
    [/soak: 5m/g, 'soak: 5s'],
    [/timeout: 10m\b/g, 'timeout: 25s'],
    [/timeout: 20m\b/g, 'timeout: 4m'],
  ])
  const file = `clusters/${inactive}.yaml`
  return { ...files, [file]: (files[file] ?? '').replace('state: active', 'state: inactive') }
}
