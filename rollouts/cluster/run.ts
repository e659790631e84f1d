import { randomUUID } from 'node:crypto'
import type { Clock, Log } from '../../host/index.ts'
import { type KubernetesClient, KubernetesError } from '../../kubernetes/index.ts'
import {
  type AnalysisOutcome,
  type AnalysisRunSpec,
  type DescribedMetric,
  describeMetrics,
  type Ending,
  type TemplateLibrary,
} from '../analysis/index.ts'
import { alarm } from './alarm.ts'
import { type Keep, remove, stays } from './clean-up.ts'
import { create } from './create.ts'
import { type Followed, follow } from './follow.ts'
import { manifestOf, type Origin } from './manifest.ts'
import { explainRefusal } from './refusal.ts'
import { terminate } from './terminate.ts'
import { type OnMeasurement, RunView } from './view.ts'

export type ClusterRunOptions = {
  client: KubernetesClient
  namespace: string
  /** Where the spec comes from, for the places of what the API refuses. */
  library: TemplateLibrary
  origin: Omit<Origin, 'invocation'>
  keep: Keep
  clock: Clock
  log: Log
  /** Terminates the run; its end is awaited for a few seconds. */
  signal: AbortSignal
  /** Milliseconds after which the run is terminated. */
  timeout?: number
  /** Called before the run is created; not for a spec that the controller is going to refuse. */
  onPlan?: (metrics: readonly DescribedMetric[]) => void
  onMeasurement?: OnMeasurement
}

/** How long, in milliseconds, the end of a terminated run is awaited: a runner kills after 7.5 s what it cancelled. */
const grace: Readonly<Record<Exclude<Ending, 'completed'>, number>> = { terminated: 4500, 'cut-short': 30_000 }

/** After this many milliseconds without a sign of the controller, it is asked after. */
const silence = 30_000

/**
 * Has a run played by the Argo Rollouts controller of a cluster, and follows it to its end; then it is deleted or kept.
 * Throws a ConfigurationError for what the API refuses and the user can mend, a KubernetesError when the run could not
 * be created otherwise. What goes wrong later is in the status, in phase Error.
 */
export async function runInCluster(spec: AnalysisRunSpec, options: ClusterRunOptions): Promise<AnalysisOutcome> {
  const { client, clock, keep, log, signal } = options
  const startedAt = clock.now()
  const metrics = describeMetrics(spec)
  if (metrics.length > 0) options.onPlan?.(metrics)
  const view = new RunView(metrics, log, (...seen) => options.onMeasurement?.(...seen))
  const late = alarm(clock, options.timeout)
  let ending: Ending = 'terminated'
  try {
    const run = await begin(spec, options)
    if (run) {
      ending = await toEnd(run, view, options, late.signal)
      const timeout = signal.aborted ? 1500 : 30_000
      if (!stays(keep, view.status, ending)) await remove(client, run, { log, timeout })
    }
  } finally {
    late.dispose()
  }
  return { status: view.status, ending, metrics: view.outcomes, startedAt, finishedAt: clock.now() }
}

/** Undefined when it was cancelled meanwhile: what may have been made by then is deleted. */
async function begin(spec: AnalysisRunSpec, options: ClusterRunOptions): Promise<Followed | undefined> {
  const { client, namespace, library, origin, clock, log, signal } = options
  const manifest = manifestOf(spec, { ...origin, invocation: randomUUID() })
  const run = { namespace, name: manifest.metadata.name }
  try {
    const { metadata } = await create(client, namespace, manifest, { clock, signal })
    log.info(`AnalysisRun ${namespace}/${run.name} created on ${client.server}`)
    return { ...run, uid: metadata.uid }
  } catch (error) {
    if (signal.aborted) {
      await remove(client, { ...run, uid: undefined }, { log, timeout: 1500 })
      return undefined
    }
    if (!(error instanceof KubernetesError)) throw error
    const { reason, message } = error
    throw (
      explainRefusal({ error, client, namespace, spec, library }) ??
      new KubernetesError(reason, `${client.server} did not create the AnalysisRun: ${message}`, { cause: error })
    )
  }
}

async function toEnd(run: Followed, view: RunView, options: ClusterRunOptions, late: AbortSignal): Promise<Ending> {
  const { clock, log, signal } = options
  const stop = AbortSignal.any([signal, late])
  await watch(run, view, options, stop)
  if (view.completed) return endingOf(view, 'terminated')
  const asked = signal.aborted ? 'terminated' : 'cut-short'
  const over = alarm(clock, grace[asked])
  try {
    log.info(`terminating AnalysisRun ${run.namespace}/${run.name}`)
    // Whoever cancels during the grace of a timeout wants it to end now.
    const enough = asked === 'terminated' ? over.signal : AbortSignal.any([over.signal, signal])
    await terminate(options.client, run, { clock, log, signal: enough })
    await watch(run, view, options, enough)
  } finally {
    over.dispose()
  }
  if (view.completed) return endingOf(view, asked)
  log.warning(`AnalysisRun ${run.namespace}/${run.name} has not ended yet: it was last seen ${view.status.phase}`)
  return asked
}

/** Follows a run until it is completed, lost, or the signal is aborted. */
async function watch(run: Followed, view: RunView, options: ClusterRunOptions, signal: AbortSignal): Promise<void> {
  const { client, clock, log, namespace } = options
  const quiet = alarm(clock, silence)
  quiet.signal.addEventListener('abort', () => {
    if (!view.begun) log.warning(`no controller has looked at the AnalysisRun yet. ${askAfter(namespace)}`)
  })
  const onTrouble = ({ message }: KubernetesError) => log.warning(`${client.server} is out of reach: ${message}`)
  try {
    for await (const seen of follow(client, run, { clock, signal, onTrouble })) {
      view.take(seen)
      if (view.completed) return
    }
    if (!signal.aborted) view.lose('the AnalysisRun was deleted before it was completed')
  } catch (error) {
    if (!(error instanceof KubernetesError)) throw error
    const said = explainRefusal({ error, client, namespace, spec: { metrics: [] }, library: options.library })
    view.lose(`the AnalysisRun was lost sight of: ${(said ?? error).message}`)
    log.warning(`AnalysisRun ${run.namespace}/${run.name} may still be running`)
  } finally {
    quiet.dispose()
  }
}

function askAfter(namespace: string): string {
  return `Does Argo Rollouts run in that cluster, and does it look after namespace ${namespace}?`
}

/** The controller's words tell a run that was terminated, by us or by somebody else, from one that came to its end. */
function endingOf({ status }: RunView, asked: Ending): Ending {
  return status.message === 'Run Terminated' ? asked : 'completed'
}
