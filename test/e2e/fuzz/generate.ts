import type { Case, NamedTemplate, Spec } from '../oracle/index.ts'
import { argumentNames, argumentValue, metric } from './metrics.ts'
import { type Random, randomFrom } from './random.ts'
import { replies } from './replies.ts'

/** The case of a seed: a run, or templates that are merged into one. */
export function generate(seed: number): Case {
  const random = randomFrom(seed)
  const wild = random.chance(0.35)
  const count = random.weighted([
    [45, 1],
    [25, 2],
    [15, 3],
    [10, 4],
    [3, 6],
    [wild ? 1 : 0, 0],
  ])
  const metrics = random.list(count, count, index => metric(random, index, wild))
  if (wild && random.chance(0.04) && metrics.length > 1) metrics[1] = { ...metrics[1], name: metrics[0]?.name }
  const script = Object.fromEntries(metrics.map((_, index) => [`${index}`, replies(random)]))
  const made = random.chance(0.35) ? templates(random, metrics, wild) : { spec: run(random, metrics, wild) }
  return {
    ...made,
    script,
    ...((!wild || random.chance(0.7)) && { secrets }),
    ...(random.chance(0.3) && { defaultAddress: random.pick(['PROMETHEUS', 'PROMETHEUS', 'nowhere', '']) }),
    start: 1_700_000_000_000 + random.pick([0, 0, 1, 250, 500, 999]),
    terminateAfter: terminateAfter(random, metrics),
  }
}

const secrets = {
  token: { key: 'hunter2', 'other.key': 's3cr3t value', empty: '', strange: 'a"b\\c' },
  number: { key: '31337', interval: '2s' },
}

type Metrics = Record<string, unknown>[]

function run(random: Random, metrics: Metrics, wild: boolean): Spec {
  return {
    metrics,
    ...optional('args', argumentList(random, metrics, wild)),
    ...rules(random, metrics, wild),
    ...extras(random),
  }
}

function extras(random: Random): Spec {
  return {
    ...(random.chance(0.03) && { ttlStrategy: { secondsAfterCompletion: 1 } }),
    ...(random.chance(0.02) && { terminate: random.chance(0.8) }),
  }
}

/** Most arguments that the metrics refer to, and some that they do not. */
function argumentList(random: Random, metrics: Metrics, wild: boolean): unknown[] {
  const text = JSON.stringify(metrics)
  const wanted = argumentNames.filter(name =>
    text.includes(`args.${JSON.stringify(name).slice(1, -1)}`) ? !wild || random.chance(0.9) : random.chance(0.04),
  )
  const args = wanted.map(name => argument(random, name, wild))
  return wild && random.chance(0.04) && args[0] ? [...args, args[0]] : args
}

function argument(random: Random, name: string, wild: boolean): unknown {
  const rare = wild ? 1 : 0
  const secretKeyRef = random.weighted([
    [6, { name: 'token', key: 'key' }],
    [2, { name: 'token', key: 'other.key' }],
    [rare, { name: 'token', key: 'strange' }],
    [1, { name: 'token', key: 'empty' }],
    [rare, { name: 'token', key: 'missing' }],
    [rare, { name: 'missing', key: 'key' }],
    [3, { name: 'number', key: name === 'interval' ? 'interval' : 'key' }],
  ])
  return random.weighted<() => unknown>([
    [85, () => ({ name, value: argumentValue(name, random, wild) })],
    [8, () => ({ name, valueFrom: { secretKeyRef } })],
    [2, () => ({ name, value: argumentValue(name, random, wild), valueFrom: { secretKeyRef } })],
    [rare, () => ({ name, valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } })],
    [1, () => ({ name, value: '1', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } })],
    [rare, () => ({ name, valueFrom: {} })],
    [2 * rare, () => ({ name })],
  ])()
}

function rules(random: Random, metrics: Metrics, wild: boolean): Spec {
  const pattern = () => {
    const name = String(random.pick([metrics[0], ...metrics] as [Metrics[number] | undefined, ...Metrics])?.name ?? 'x')
    return !wild || random.chance(0.5)
      ? random.pick([name, `^${name.slice(0, 4)}`, '-', '.*', `${name.slice(0, -1)}.$`])
      : random.pick(patterns)
  }
  return {
    ...optional('dryRun', random.chance(0.25) ? random.list(1, 2, () => ({ metricName: pattern() })) : []),
    ...optional(
      'measurementRetention',
      random.chance(0.2)
        ? random.list(1, 2, () => ({ metricName: pattern(), limit: random.pick([1, 2, 3, 5, 20, 0, -1]) }))
        : [],
    ),
  }
}

const patterns = [
  ...[
    '*',
    '',
    '.',
    '^$',
    '[',
    '(',
    'a|b',
    '[[:alpha:]]+',
    '\\d',
    '(?i)RATE',
    '(?P<n>r)ate',
    '(?=r)',
    '(r)\\1',
    'r{1001}',
  ],
  ...[
    '\\pL',
    '\\p{Greek}',
    'a**',
    'x*',
    '\\Qrate\\E',
    '(?s).',
    '[^[:space:]]',
    '\\C',
    '{{args.x}}',
    'é',
    '\\z',
    'rate\\Z',
  ],
] as [string, ...string[]]

function optional(key: string, list: unknown[]): Spec {
  return list.length > 0 ? { [key]: list } : {}
}

/** Cuts the metrics into templates that refer to each other, never in a cycle: the controller would not come back. */
function templates(random: Random, metrics: Metrics, wild: boolean): Omit<Case, 'script' | 'start'> {
  const count = 1 + random.below(4)
  const made = Array.from({ length: count }, (_, index) => {
    const cluster = index > 0 && random.chance(0.35)
    const own = metrics.filter((_, at) => at % count === index)
    if (wild && random.chance(0.05) && metrics[0]) own.push(metrics[0])
    const spec: Spec = {
      ...optional('metrics', own),
      ...optional('args', argumentList(random, own, wild)),
      ...(random.chance(0.5) && own.length > 0 ? rules(random, own, wild) : {}),
    }
    return { name: `t${index}`, cluster, spec }
  })
  const reference = (index: number) => ({
    templateName: `t${index}`,
    ...(made[index]?.cluster && { clusterScope: true }),
  })
  for (const [index, { spec }] of made.entries()) {
    const later = made.map((_, at) => at).filter(at => at > index && random.chance(0.5))
    const refs: { templateName: string; clusterScope?: boolean }[] = later.map(reference)
    if (wild && random.chance(0.03))
      refs.push({ templateName: 'missing', ...(random.chance(0.5) && { clusterScope: true }) })
    if (refs.length > 0) spec.templates = refs
  }
  const named = (cluster: boolean): NamedTemplate[] =>
    made.filter(each => each.cluster === cluster).map(({ name, spec }) => ({ metadata: { name }, spec }))
  const roots = made
    .map((_, index) => index)
    .filter(index => !made[index]?.cluster && (index === 0 || random.chance(0.6)))
  const given = argumentNames.filter(() => random.chance(0.15))
  return {
    templates: named(false),
    clusterTemplates: named(true),
    refs: roots.map(reference),
    args: given.map(name => ({ name, value: argumentValue(name, random, wild) })),
  }
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/**
 * When the run is terminated: half of the time early, otherwise after some hundred measurements, so that every case ends.
 * Never at a whole millisecond, when the run itself might do something.
 */
function terminateAfter(random: Random, metrics: Metrics): number {
  const steps = metrics.flatMap(({ interval }) => {
    if (typeof interval !== 'string') return []
    const [, number = '', unit = ''] = /^([0-9.]+)(ms|s|m|h)$/.exec(interval) ?? []
    return [Number(number) * (units[unit] ?? 0)]
  })
  const shortest = Math.max(Math.min(10_000, ...steps), 1)
  if (shortest < 1000) return shortest + random.below(400) + 0.377 // it is measured at nearly every pass
  return shortest * (random.chance(0.4) ? random.below(12) : 150) + random.below(1000) + 0.377
}
