import { type Argument, reference, service } from '../argument.ts'
import { atMost } from '../judge.ts'
import { select } from '../selector.ts'
import { release, type Side } from '../side.ts'
import type { Signal } from '../signal.ts'

export type HealingOptions = {
  of?: Side
  /** Seconds within which a pod must be Ready again. */
  max?: number
  /** Restarts of the last so many seconds count; more than `max`, or what heals too late is forgotten too soon. */
  lookback?: number
}

const noRestart =
  'nothing happened to its pods in that time: passes, as 0 seconds; inconclusive without series of its pods'
const labels = 'by (cluster, namespace, pod, uid)'

/**
 * Seconds from the end of a container to its pod being Ready again, of the slowest pod; of one that is not yet, the
 * seconds so far. From kube-state-metrics' `kube_pod_container_status_last_terminated_timestamp` and
 * `kube_pod_status_ready_time`, which are the kubelet's own times: no scrape falls between them. Both are experimental
 * there. Of a container that ended several times the last time counts.
 */
export function restartHealing(options: HealingOptions = {}): Signal {
  const { of = release } = options
  const ended = select('kube_pod_container_status_last_terminated_timestamp', {
    ...clusterOf(of),
    container: reference(service),
  })
  return healing(
    'restart',
    ended,
    'a container ended',
    'How long after a container ended is its pod Ready again?',
    options,
  )
}

/**
 * Seconds from the birth of a pod to its being Ready, of the slowest pod born lately: how long a pod takes that replaces
 * one that was lost. A pod that was Ready, was not, and is again counts until the last time: this errs to the long side.
 */
export function replacementHealing(options: HealingOptions = {}): Signal {
  const { of = release } = options
  const born = select('kube_pod_created', clusterOf(of))
  return healing('replacement', born, 'a pod was created', 'How long after its birth is a new pod Ready?', options)
}

function healing(
  kind: 'restart' | 'replacement',
  since: string,
  event: string,
  question: string,
  { of = release, max = 60, lookback = 600 }: HealingOptions,
): Signal {
  if (lookback <= max) throw new RangeError(`lookback (${lookback} s) must be longer than max (${max} s)`)
  const limit: Argument = {
    name: `max-${kind}-seconds`,
    value: String(max),
    about: `seconds from when ${event} to Ready, below ${lookback}`,
  }
  const ready = select('kube_pod_status_ready', { ...clusterOf(of), condition: 'true' })
  const readyTime = select('kube_pod_status_ready_time', clusterOf(of))
  const pods = `on (cluster, namespace, pod) max by (cluster, namespace, pod) (${select(of.pods.metric, of.pods.matchers)})`
  const lately = `(max ${labels} (${since}) > time() - ${lookback})`
  return {
    name: `${kind}-healing`,
    question,
    noTraffic: noRestart,
    notes:
      `Of each pod for which ${event} in the last ${lookback} s: when it became Ready after that, less that time; of a ` +
      'pod that is not Ready since, the time so far. Where there is none, 0 as long as its pods are known.',
    query: () =>
      [
        'max(',
        '  (',
        `    (max ${labels} (${readyTime}) - ${lately}${kind === 'restart' ? ' >= 0' : ''})`, // it may be Ready from before
        `    and (max ${labels} (${ready}) == 1)`,
        `    or time() - ${lately}`,
        '  )',
        `  and ${pods}`,
        ')',
        'or',
        `0 * max(max ${labels} (${ready}) and ${pods})`,
      ].join('\n'),
    judgement: atMost(reference(limit)),
    args: [...of.args, limit],
  }
}

function clusterOf({ pods }: Side) {
  const { cluster } = pods.matchers
  return cluster === undefined ? {} : { cluster }
}
