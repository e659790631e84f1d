import { type Argument, reference, service } from '../argument.ts'
import { atMost } from '../judge.ts'
import { select } from '../selector.ts'
import { release, type Side } from '../side.ts'
import { compared, orFirst, type Signal } from '../signal.ts'

export type SaturationOptions = { of?: Side; max?: number }

const idle = 'idle pods pass: they are measured as idle; inconclusive without series of its pods'

/**
 * CPU time used for each CPU requested, the mean of its pods. There is no CPU limit to run into: above 1 it lives on
 * what its neighbours leave.
 */
export function cpuSaturation({ of = release, max = 0.9 }: SaturationOptions = {}): Signal {
  const limit = { name: 'max-cpu-ratio', value: String(max), about: 'CPUs used for each one requested' }
  return {
    name: 'cpu-saturation',
    question: 'How much of the CPU that its pods requested do they use?',
    noTraffic: idle,
    notes: joined,
    query: window => `avg(\n  ${cpuOf(of, window)}\n)`,
    judgement: atMost(reference(limit)),
    args: [...of.args, limit],
  }
}

/** Memory of the fullest pod by its limit, from 0 to 1: at 1 it is killed. */
export function memorySaturation({ of = release, max = 0.9 }: SaturationOptions = {}): Signal {
  const limit: Argument = {
    name: 'max-memory-ratio',
    value: String(max),
    about: 'memory used of the limit, from 0 to 1',
  }
  return {
    name: 'memory-saturation',
    question: 'How near to its memory limit is the fullest of its pods?',
    noTraffic: idle,
    notes: joined,
    query: () => `max(\n  ${memoryOf(of)}\n)`,
    judgement: atMost(reference(limit)),
    args: [...of.args, limit],
  }
}

/** CPU saturation for each of the other side's. It tells most where both get the same traffic for each pod. */
export function cpuAgainst(other: Side, { of = release, max = 1.5 }: SaturationOptions = {}): Signal {
  return against('cpu', 'avg', other, of, max, cpuOf)
}

/** Memory saturation for each of the other side's, fullest pod by fullest pod. */
export function memoryAgainst(other: Side, { of = release, max = 1.5 }: SaturationOptions = {}): Signal {
  return against('memory', 'max', other, of, max, memoryOf)
}

function against(
  what: 'cpu' | 'memory',
  aggregate: 'avg' | 'max',
  other: Side,
  of: Side,
  max: number,
  saturationOf: (side: Side, window: string) => string,
): Signal {
  const limit = {
    name: `max-${what}-ratio-to-${other.name}`,
    value: String(max),
    about: `its ${what} saturation for each of ${other.name}'s`,
  }
  return {
    name: `${what}-against-${other.name}`,
    question: `How much fuller are its pods than those of ${other.name}, in ${what}?`,
    noTraffic: orFirst('idle pods pass: they are measured as idle; inconclusive without pods on both sides', other),
    notes: joined,
    query: window =>
      [
        `${aggregate}(`,
        `  ${saturationOf(of, window)}`,
        ')',
        `/ ${aggregate}(`,
        `  ${saturationOf(other, window)}`,
        ')',
      ].join('\n'),
    judgement: compared(atMost(reference(limit)), other),
    args: [...of.args, ...other.args, limit],
  }
}

const joined =
  'Containers are joined with their pods by cluster, namespace and pod, each aggregated first: around a restart there ' +
  'are two series of one container, and kube-state-metrics may run twice.'

const labels = 'by (cluster, namespace, pod)'

function cpuOf(side: Side, window: string): string {
  const container = containerOf(side)
  return [
    `sum ${labels} (rate(${select('container_cpu_usage_seconds_total', container)}[${window}]))`,
    `/ max ${labels} (${select('kube_pod_container_resource_requests', container, { resource: 'cpu' })})`,
    `* max ${labels} (${select(side.pods.metric, side.pods.matchers)})`,
  ].join('\n  ')
}

function memoryOf(side: Side): string {
  const container = containerOf(side)
  return [
    `max ${labels} (${select('container_memory_working_set_bytes', container)})`,
    `/ max ${labels} (${select('kube_pod_container_resource_limits', container, { resource: 'memory' })})`,
    `* max ${labels} (${select(side.pods.metric, side.pods.matchers)})`,
  ].join('\n  ')
}

function containerOf({ pods: { matchers } }: Side) {
  const { cluster } = matchers
  return { ...(cluster !== undefined && { cluster }), container: reference(service) }
}
