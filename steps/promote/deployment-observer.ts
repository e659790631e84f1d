import type { z } from 'zod'
import { pipelineOf } from '../../gitops/fleet/index.ts'
import {
  applicationSchema,
  assess,
  judgeSync,
  podSchema,
  revisionOf,
  type Wanted,
  type Workload,
  workloadKinds,
  workloadSchema,
} from '../../gitops/health/index.ts'
import { readPin } from '../../gitops/manifests/index.ts'
import {
  clusterFolder,
  type Health,
  type HealthQuery,
  type Observer,
  pinFile,
  readPinned,
} from '../../gitops/promotion/index.ts'
import { type OpenRepository, RepositoryUnreachableError, type Tree } from '../../gitops/repository/index.ts'
import type { Clock } from '../../host/index.ts'
import { type Deployments, OutOfReachError, type Place, type ResourceName } from './deployments.ts'

export type ObserverPorts = { repository: Pick<OpenRepository, 'at'>; clock: Clock }

/** Milliseconds between two requests to look at Git for a pin that Argo CD has not reached yet. */
const refreshEvery = 60_000

/**
 * An observer that proves the sync: it reads what Argo CD says of the Application, the tree at its revision from Git,
 * and the workloads and pods as they are in the cluster. Argo CD is asked to refresh after each pin.
 */
export function deploymentObserver(deployments: Deployments, { repository, clock }: ObserverPorts): Observer {
  const pins = pinReader(repository)
  const refreshed = new Map<string, number>()

  /** Gives what to add to the reason when it could not be asked. */
  async function refresh({ cluster, application, signal }: Place, pinnedAt: number): Promise<string> {
    const key = `${cluster.name}/${application.metadata.name}@${pinnedAt}`
    if (clock.now() - (refreshed.get(key) ?? Number.NEGATIVE_INFINITY) < refreshEvery) return ''
    refreshed.set(key, clock.now())
    try {
      await deployments.refresh(application, signal)
      return ''
    } catch (error) {
      if (!(error instanceof OutOfReachError)) throw error
      return `; it could not be asked to refresh: ${error.message}`
    }
  }

  async function look(query: HealthQuery, signal: AbortSignal): Promise<Health> {
    const { app, cluster, pinned } = query
    const found = await deployments.applications(app, cluster.name, signal)
    const [first, second] = found
    if (first === undefined)
      return { kind: 'progressing', reason: `Argo CD has no Application of ${app} on ${cluster.name}` }
    if (second !== undefined) {
      return { kind: 'unknown', reason: `Argo CD has ${found.length} Applications of ${app} on ${cluster.name}` }
    }
    const application = parse(applicationSchema, first, 'Application')
    const place: Place = { cluster, application, signal }
    const revision = revisionOf(application, clusterFolder(app, cluster.name))
    const pin = await pins.compare(query, revision)
    const sync = judgeSync(application, revision, pin.held, pinned.at)
    switch (sync.kind) {
      case 'unknown':
        return sync
      case 'behind':
        return { kind: 'progressing', reason: sync.reason + (await refresh(place, pinned.at)) }
      case 'syncing':
        return { kind: 'progressing', reason: sync.reason }
      case 'synced': {
        const wanted = { repository: pin.repository, digest: query.image.digest }
        const { workloads, missing } = await workloadsOf(deployments, place)
        const pods = await deployments.pods(place, workloads, wanted)
        const seen = pods.map(pod => parse(podSchema, pod, 'Pod'))
        return assess({ application, sync, workloads, missing, pods: seen, wanted, now: clock.now() })
      }
    }
  }

  return {
    name: deployments.name,
    async health(query, signal) {
      try {
        return await look(query, signal)
      } catch (error) {
        signal.throwIfAborted()
        if (!(error instanceof OutOfReachError || error instanceof RepositoryUnreachableError)) throw error
        return { kind: 'unknown', reason: error.message }
      }
    },
  }
}

async function workloadsOf(deployments: Deployments, place: Place) {
  const listed = (place.application.status?.resources ?? []).flatMap(resource => {
    const { group, version, kind, namespace, name } = resource
    if (!Object.hasOwn(workloadKinds, kind) || workloadKinds[kind]?.group !== (group ?? '')) return []
    return [
      { group: group ?? '', version: version ?? 'v1', kind, namespace: namespace ?? '', name } satisfies ResourceName,
    ]
  })
  const live = await Promise.all(listed.map(resource => deployments.workload(place, resource)))
  const missing = listed.filter((_, index) => live[index] === undefined).map(({ kind, name }) => `${kind} ${name}`)
  const workloads: Workload[] = live
    .filter(object => object !== undefined)
    .map(object => parse(workloadSchema, object, 'workload'))
  return { workloads, missing }
}

/** Reads pins of commits from Git, each commit once. */
function pinReader(repository: ObserverPorts['repository']) {
  const trees = new Map<string, Promise<Tree | undefined>>()
  const treeAt = (commit: string) => {
    const known = trees.get(commit)
    if (known) return known
    if (trees.size >= 50) trees.clear()
    const reading = repository.at(commit)
    trees.set(commit, reading)
    // What is not there now may be there after the next push.
    reading.then(
      tree => tree ?? trees.delete(commit),
      () => trees.delete(commit),
    )
    return reading
  }
  return {
    /**
     * Whether a revision's tree holds the pin, undefined if it cannot be read; and the repository that containers come
     * from there, which a mirror may have renamed.
     */
    async compare(
      { app, cluster, image, pinned }: HealthQuery,
      revision: string | undefined,
    ): Promise<{ held: boolean | undefined; repository: Wanted['repository'] }> {
      const now = await treeAt(pinned.commit)
      if (!now) throw new OutOfReachError(`commit ${pinned.commit.slice(0, 10)} is not in the branch's recent history`)
      const name = pipelineOf(now, app)?.image ?? image.repository
      const file = pinFile(app, cluster.name)
      const text = now.read(file)
      const mirror = text === undefined ? undefined : readPin(text, file, name).newName
      const then = revision === undefined ? undefined : await treeAt(revision)
      const read = (tree: Tree) => readPinned(tree, app, cluster.name, name)
      return { held: then && samePin(read(then), read(now)), repository: mirror ?? name }
    },
  }
}

function samePin(one: ReturnType<typeof readPinned>, other: ReturnType<typeof readPinned>): boolean {
  if (!one || !other) return false
  return one.digest === other.digest && one.tag === other.tag && one.base === other.base
}

function parse<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new OutOfReachError(`the ${what} cannot be read: ${issue?.path.join('.')} ${issue?.message}`)
}
