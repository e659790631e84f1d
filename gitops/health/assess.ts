import type { Health } from '../promotion/index.ts'
import type { Application, Sync } from './application.ts'
import type { Wanted } from './image.ts'
import { otherPods, type Pod } from './pods.ts'
import { judgeWorkload, type Workload, type WorkloadHealth, wantedContainers, workloadKinds } from './workload.ts'

/** Everything seen of one app on one cluster whose Application is synced to the pin. */
export type Sighting = {
  application: Application
  sync: Extract<Sync, { kind: 'synced' }>
  /** As they are in the cluster now. */
  workloads: readonly Workload[]
  /** Names of workloads that the Application lists and the cluster does not have. */
  missing: readonly string[]
  pods: readonly Pod[]
  wanted: Wanted
  now: number
}

type Judged = { name: string; uses: boolean; health: WorkloadHealth }

/**
 * The health rule (design, Promotion 5): of a synced pin, every workload is told to run this digest, has been seen by
 * its controller, is updated and available as a whole, and no pod of another digest of that repository is left.
 */
export function assess(sighting: Sighting): Health {
  const { application, sync, missing, pods, wanted, now } = sighting
  const syncedAt = sync.since
  const wait = (reason: string): Health => ({ kind: 'progressing', reason, syncedAt })
  const judged = judgeAll(sighting)
  const [aborted] = having(judged, 'aborted')
  if (aborted) return { kind: 'aborted', reason: aborted }
  const [stale] = having(judged, 'stale')
  if (stale) return wait(stale)
  const broken = having(judged, 'degraded')
  const [undecided] = having(judged, 'undecided')
  // Argo CD calls a Rollout that was aborted without a verdict Degraded, too.
  const degraded = undecided ? broken : [...broken, ...degradedSince(application, syncedAt)]
  if (degraded.length > 0) return { kind: 'degraded', reason: degraded.join('; '), syncedAt }
  if (undecided) return { kind: 'undecided', reason: undecided }
  const [absent] = missing
  if (absent) return wait(`${absent} is not there yet`)
  const [waiting] = having(judged, 'waiting')
  if (waiting) return wait(waiting)
  if (!judged.some(({ uses }) => uses)) {
    const kinds = `${workloadNames.slice(0, -1).join(', ')} or ${workloadNames.at(-1)}`
    return { kind: 'undecided', reason: `no ${kinds} of the Application has a container of ${wanted.repository}` }
  }
  const left = otherPods(pods, wanted, now)
  if (left.length > 0) return wait(`${left.join(', ')} still ${left.length === 1 ? 'runs' : 'run'} another digest`)
  const status = application.status?.health?.status ?? 'Unknown'
  // What is suspended on purpose, such as a CronJob, spoils nothing: a paused Rollout has been told above.
  if (status !== 'Healthy' && status !== 'Suspended') return wait(`Argo CD finds the Application ${status}`)
  return healthy(sighting, judged)
}

function healthy({ sync, wanted }: Sighting, judged: readonly Judged[]): Health {
  const running = judged.filter(({ uses }) => uses)
  const replicas = running.reduce((sum, { health }) => sum + (health.kind === 'healthy' ? health.replicas : 0), 0)
  const what = `${running.map(({ name }) => name).join(', ')} at revision ${sync.revision.slice(0, 10)}`
  if (replicas === 0) return { kind: 'scaled-to-zero', provesSync: true, detail: `no replica is desired of ${what}` }
  const detail = `${replicas} replicas of ${wanted.digest} in ${what}, and no pod of another digest`
  return { kind: 'healthy', replicas, provesSync: true, detail }
}

/** The kinds that are judged. */
const workloadNames = Object.keys(workloadKinds).filter(kind => kind !== 'PodTemplate')

/**
 * A workload whose template a Rollout takes over (`workloadRef`) lends it its containers, and is not judged itself; nor
 * is a PodTemplate ever, which runs nothing.
 */
function judgeAll({ workloads, wanted, sync }: Sighting): Judged[] {
  const lent = (rollout: Workload) =>
    workloads.find(({ kind, metadata }) => {
      const reference = rollout.spec.workloadRef
      return reference?.kind === kind && reference.name === metadata.name
    })
  const lenders = new Set(workloads.map(lent))
  return workloads
    .filter(workload => !lenders.has(workload) && workload.kind !== 'PodTemplate')
    .map(workload => {
      const template = lent(workload)
      const containers = wantedContainers(template ?? workload, wanted)
      const other = containers.find(container => !container.wanted)
      const health: WorkloadHealth = other
        ? { kind: 'waiting', reason: `is told to run ${other.image}` }
        : judgeWorkload(workload, { since: sync.since, ...(template && { template }) })
      return { name: `${workload.kind} ${workload.metadata.name}`, uses: containers.length > 0, health }
    })
}

function having(judged: readonly Judged[], kind: Exclude<WorkloadHealth['kind'], 'healthy'>): string[] {
  return judged.flatMap(({ name, health }) =>
    health.kind === kind && 'reason' in health ? [`${name} ${health.reason}`] : [],
  )
}

/**
 * What Argo CD finds degraded since the sync; before, it was not this pin's doing, and what Argo CD wrote down may be
 * older than what the cluster says now.
 */
function degradedSince({ status }: Application, since: number): string[] {
  const { health, resources } = status ?? {}
  if (health?.status !== 'Degraded' || !(Date.parse(health.lastTransitionTime ?? '') >= since)) return []
  const named = (resources ?? [])
    .filter(resource => resource.health?.status === 'Degraded')
    .map(({ kind, name, health }) => `${kind} ${name}${health?.message ? `: ${health.message}` : ''}`)
  return [`Argo CD finds it Degraded${named.length > 0 ? `: ${named.join('; ')}` : ''}`]
}
