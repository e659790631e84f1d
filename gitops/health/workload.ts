import { z } from 'zod'
import { matchImage, type Wanted } from './image.ts'

const int = z.int().nullish()
const text = z.string().nullish()
const containers = z.array(z.object({ name: text, image: text })).nullish()
const podTemplate = z.object({ spec: z.object({ containers, initContainers: containers }).nullish() }).nullish()
const selector = z
  .object({
    matchLabels: z.record(z.string(), z.string()).nullish(),
    matchExpressions: z
      .array(z.object({ key: z.string(), operator: z.string(), values: z.array(z.string()).nullish() }))
      .nullish(),
  })
  .nullish()
const spec = z.object({
  replicas: int,
  paused: z.boolean().nullish(),
  template: podTemplate,
  jobTemplate: z.object({ spec: z.object({ template: podTemplate }).nullish() }).nullish(),
  workloadRef: z.object({ kind: text, name: text }).nullish(),
  updateStrategy: z.object({ rollingUpdate: z.object({ partition: int }).nullish() }).nullish(),
  selector,
})

/** What is read of a workload, whatever its kind; the rest is dropped. */
export const workloadSchema = z.object({
  kind: z.string(),
  metadata: z.object({ name: z.string(), namespace: text, generation: int }),
  spec: spec.default({}),
  /** A PodTemplate has it beside its metadata. */
  template: podTemplate,
  status: z
    .object({
      // A Rollout's is a string: a number, or, of very old controllers, a hash.
      observedGeneration: z.union([z.int(), z.string()]).nullish(),
      workloadObservedGeneration: text,
      ...{ replicas: int, updatedReplicas: int, availableReplicas: int },
      ...{ desiredNumberScheduled: int, updatedNumberScheduled: int, numberAvailable: int },
      ...{ phase: text, message: text, stableRS: text, currentPodHash: text },
      abort: z.boolean().nullish(),
      abortedAt: text,
      controllerPause: z.boolean().nullish(),
      pauseConditions: z.array(z.object({ reason: text })).nullish(),
      conditions: z.array(z.object({ type: z.string(), reason: text, message: text, lastUpdateTime: text })).nullish(),
    })
    .nullish(),
})

export type Workload = z.infer<typeof workloadSchema>

/**
 * How a workload fares with what it is told to run. `stale`: its controller has not looked at that yet. `undecided`: it
 * goes no further until a person says so, and nothing was found bad.
 */
export type WorkloadHealth =
  | { kind: 'healthy'; replicas: number }
  | { kind: 'stale' | 'waiting' | 'degraded' | 'aborted' | 'undecided'; reason: string }

/** The kinds whose pods run on, and those that a Rollout takes its template from, as an Application lists them. */
export const workloadKinds: Readonly<Record<string, { group: string; plural: string }>> = {
  Deployment: { group: 'apps', plural: 'deployments' },
  StatefulSet: { group: 'apps', plural: 'statefulsets' },
  DaemonSet: { group: 'apps', plural: 'daemonsets' },
  Rollout: { group: 'argoproj.io', plural: 'rollouts' },
  CronJob: { group: 'batch', plural: 'cronjobs' },
  ReplicaSet: { group: 'apps', plural: 'replicasets' },
  PodTemplate: { group: '', plural: 'podtemplates' },
}

export type Circumstances = {
  /** When the pin was synced, in milliseconds: a deadline that had passed before was another's. */
  since: number
  /** The workload that a Rollout takes its pods' template from (`workloadRef`). */
  template?: Workload
}

/**
 * Judges one workload: its controller has seen what is desired, every replica is updated and available, none of an older
 * kind is left.
 */
export function judgeWorkload(workload: Workload, { since, template }: Circumstances): WorkloadHealth {
  const { kind, metadata, status } = workload
  const seen =
    isSeen(metadata.generation, status?.observedGeneration) &&
    (!template || isSeen(template.metadata.generation, status?.workloadObservedGeneration))
  if (kind !== 'CronJob' && !seen) return { kind: 'stale', reason: 'has not been seen by its controller as it is now' }
  switch (kind) {
    case 'Rollout':
      return judgeRollout(workload, since)
    case 'DaemonSet':
      return judgeDaemonSet(workload)
    case 'CronJob':
      return { kind: 'healthy', replicas: 0 }
    default:
      return judgeReplicas(workload, since)
  }
}

/** The containers of what a workload makes that come from the wanted repository, and whether they are the wanted ones. */
export function wantedContainers(workload: Workload, wanted: Wanted): { image: string; wanted: boolean }[] {
  const { spec, template } = workload
  const { containers, initContainers } = (spec.template ?? spec.jobTemplate?.spec?.template ?? template)?.spec ?? {}
  return [...(initContainers ?? []), ...(containers ?? [])].flatMap(({ image }) => {
    const match = matchImage(image ?? '', wanted)
    return match === 'other' ? [] : [{ image: image ?? '', wanted: match === 'wanted' }]
  })
}

/**
 * How an analysis inside the cluster says that it could not measure, in a Rollout's message (`rollout/analysis.go`,
 * `analysis/analysis.go`): the controller aborts on that as on a failure, but it is no verdict on the release. The
 * status of the AnalysisRun itself is gone from the Rollout by then.
 */
const couldNotMeasure = /analysis phase error\/failed: Metric ".*?" assessed Error due to consecutiveErrors/

/** A Rollout's own words first: aborted, paused at its own steps, degraded (`utils/rollout/rolloututil.go`). */
function judgeRollout(workload: Workload, since: number): WorkloadHealth {
  const { spec, status } = workload
  const because = status?.message ? `: ${status.message}` : ''
  // Its controller has said why once it is Degraded; until then the message is of what went before.
  if (status?.abort && status.phase !== 'Degraded') return { kind: 'waiting', reason: 'is being aborted' }
  if (status?.abort && Date.parse(status.abortedAt ?? '') < since) {
    return { kind: 'undecided', reason: `was aborted before this pin was synced: retry the Rollout${because}` }
  }
  if (status?.abort && couldNotMeasure.test(status.message ?? '')) {
    return { kind: 'undecided', reason: `was aborted without a verdict: retry the Rollout${because}` }
  }
  if (status?.abort) return { kind: 'aborted', reason: `aborted${because}` }
  if (spec.paused) return { kind: 'waiting', reason: 'paused by spec.paused' }
  const pauses = status?.pauseConditions ?? []
  if (pauses.some(({ reason }) => reason === 'InconclusiveAnalysisRun')) {
    return { kind: 'undecided', reason: 'paused by an inconclusive analysis: promote, retry or abort the Rollout' }
  }
  const [pause] = pauses
  if (pause) return { kind: 'waiting', reason: `paused at its own steps (${pause.reason ?? 'no reason'})` }
  if (status?.controllerPause) return { kind: 'waiting', reason: 'going on after a pause' }
  if (status?.phase === 'Degraded') return { kind: 'degraded', reason: `degraded${because}` }
  const replicas = judgeReplicas(workload, since)
  if (replicas.kind !== 'healthy') return replicas
  if (!status?.stableRS || status.stableRS !== status.currentPodHash) {
    return { kind: 'waiting', reason: `not promoted to stable yet${because}` }
  }
  return replicas
}

function isSeen(generation: number | null | undefined, observed: string | number | null | undefined): boolean {
  return String(generation ?? '') === String(observed ?? '')
}

function judgeReplicas({ kind, spec, status }: Workload, since: number): WorkloadHealth {
  const stuck = status?.conditions?.find(
    ({ reason, lastUpdateTime }) => reason === 'ProgressDeadlineExceeded' && Date.parse(lastUpdateTime ?? '') >= since,
  )
  if (kind === 'Deployment' && stuck) return { kind: 'degraded', reason: stuck.message ?? 'progress deadline exceeded' }
  const desired = spec.replicas ?? 1
  const { replicas, updatedReplicas, availableReplicas } = status ?? {}
  const updated = (kind === 'ReplicaSet' ? replicas : updatedReplicas) ?? 0 // a ReplicaSet by itself replaces none
  if (updated < desired) {
    const partition = spec.updateStrategy?.rollingUpdate?.partition ?? 0
    const why = kind === 'StatefulSet' && partition > 0 ? `; its partition ${partition} leaves the others` : ''
    return { kind: 'waiting', reason: `${updated} of ${desired} replicas are updated${why}` }
  }
  const left = (replicas ?? 0) - Math.min(updated, desired)
  if (left > 0) return { kind: 'waiting', reason: `${left} replicas too many are left` }
  const available = availableReplicas ?? 0
  if (available < desired) return { kind: 'waiting', reason: `${available} of ${desired} replicas are available` }
  return { kind: 'healthy', replicas: desired }
}

function judgeDaemonSet({ status }: Workload): WorkloadHealth {
  const { desiredNumberScheduled, updatedNumberScheduled, numberAvailable } = status ?? {}
  const desired = desiredNumberScheduled ?? 0
  if ((updatedNumberScheduled ?? 0) < desired) {
    return { kind: 'waiting', reason: `${updatedNumberScheduled ?? 0} of ${desired} pods are updated` }
  }
  if ((numberAvailable ?? 0) < desired) {
    return { kind: 'waiting', reason: `${numberAvailable ?? 0} of ${desired} pods are available` }
  }
  return { kind: 'healthy', replicas: desired }
}
