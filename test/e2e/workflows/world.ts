import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { storeEnvironment } from '../../../scripts/demo/containers.ts'
import { type BareRepository, createRepository, startGitServer } from '../../support/git/index.ts'
import { type GitHubServer, startGitHub } from '../../support/github/index.ts'
import { pushImage } from '../../support/registry/index.ts'
import { build, type GitOpsRepository, type Site, startSiteRegistry } from '../simulator/index.ts'
import { openSite } from '../simulator/site.ts'
import type { ActHost, Running } from './act.ts'
import { type Balancer, startBalancer } from './balancer.ts'
import { type Clusters, startClusters } from './clusters.ts'
import { gitAccess } from './git-access.ts'
import { gitopsFiles } from './gitops.ts'
import { copyKit } from './kit.ts'
import { sourceFiles } from './release.ts'
import { startRun, type Wanted } from './runs.ts'

export const app = 'coolkit'
export const [dev, canary, primary, inactive] = ['dev', 'prod-eu1-a', 'prod-eu1-b', 'prod-eu1-c'] as const

/** Everything a team has around its workflows. */
export type World = {
  site: Site
  /** `acme/coolkit`, the application. */
  source: BareRepository
  /** `acme/gitops`, of the template. */
  gitops: GitOpsRepository
  /** Where the app's images go, `host:port/acme/coolkit`. */
  image: string
  registry: string
  github: GitHubServer
  /** An App that may start workflows in the GitOps repository, and nothing else. */
  dispatcher: { clientId: string; privateKey: string }
  /** An App that may push there, and tell the application's repository. */
  promoter: { clientId: string; privateKey: string }
  clusters: Clusters
  balancer: Balancer
  /** The digest that the clusters run before the first release. */
  first: string
  start(wanted: Wanted): Promise<Running>
  /** What was to be attested, newest last. */
  attested(): Promise<string>
}

/** Starts it all; `close` of its site ends it. */
export async function openWorld(name: string): Promise<World> {
  const site = await openSite(name)
  try {
    return await openIn(site)
  } catch (error) {
    await site.close()
    throw error
  }
}

async function openIn(site: Site): Promise<World> {
  const root = join(site.folder, 'git')
  const program = await build('act')
  const kit = await copyKit(join(site.folder, 'kit'))
  const registry = await startSiteRegistry(site)
  const github = await startGitHub()
  site.defer(github.close)
  const git = await startGitServer(root, { allow: gitAccess(github.state) })
  site.defer(git.close)
  const image = `${registry}/acme/${app}`
  const source = await createRepository(join(root, `acme/${app}`), sourceFiles(0))
  const gitops = { ...(await createRepository(join(root, 'acme/gitops'))), url: `${git.url}/acme/gitops` }
  const clusters = await startClusters(site, { app, clusters: [dev, canary, primary, inactive], gitops })
  const balancer = await startBalancer(site, [canary, primary, inactive])
  const first = await pushImage(registry, `acme/${app}`, 'sha-000000000000', { failing: '0' })
  const here = { image, first, source: `${git.url}/acme/${app}`, prometheus: clusters.prometheus }
  await gitops.commit(await gitopsFiles({ ...here, balancer: balancer.address }), { message: 'first commit' })
  const host: ActHost = {
    program,
    folder: site.folder,
    log: join(site.logs, 'act.log'),
    repositories: kit.repositories,
    github: { GITHUB_SERVER_URL: git.url, GITHUB_API_URL: github.url },
    env: environment(site.folder),
    defer: site.defer,
  }
  return {
    ...{
      site,
      source,
      gitops,
      image,
      registry,
      github,
      clusters,
      balancer,
      first,
      ...populate(github, { source, gitops }),
    },
    start: wanted => startRun({ github, kit, host }, wanted),
    attested: () => readFile(join(site.folder, 'attested.jsonl'), 'utf8').catch(() => ''),
  }
}

/** What programs find: ours on the path, buildah's images in this folder, and no Docker, so that buildah builds. */
function environment(folder: string): ActHost['env'] {
  const { CONTAINERS_STORAGE_CONF, BUILDAH_ISOLATION, STORAGE_DRIVER, TMPDIR } = storeEnvironment(
    join(folder, 'buildah'),
    folder,
    'vfs',
  )
  return {
    ...{ CONTAINERS_STORAGE_CONF, BUILDAH_ISOLATION, STORAGE_DRIVER, TMPDIR },
    PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
    DOCKER_HOST: `unix://${folder}/no-docker`,
  }
}

/** What GitHub knows before the first run. */
function populate(github: GitHubServer, { source, gitops }: Record<'source' | 'gitops', BareRepository>) {
  github.repository(`acme/${app}`, { folder: source.folder, private: false })
  github.repository('acme/gitops', { folder: gitops.folder })
  github.workflow('acme/gitops', 'promote.yml', { inputs: ['app', 'image'] })
  return {
    dispatcher: github.app({ repositories: ['acme/gitops'], permissions: { actions: 'write' } }),
    promoter: github.app({
      repositories: ['acme/gitops', `acme/${app}`],
      permissions: { contents: 'write', checks: 'write', deployments: 'write' },
    }),
  }
}
