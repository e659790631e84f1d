import type { IAnalysisTemplate } from '@kubernetes-models/argo-rollouts/argoproj.io/v1alpha1/AnalysisTemplate'
import type { IMetric } from '@kubernetes-models/argo-rollouts/argoproj.io/v1alpha1/Metric'
import { type Argument, prometheus, reference } from './argument.ts'
import type { Manifest } from './manifest.ts'
import { argumentsOf, type Signal } from './signal.ts'
import { seconds, type Timing, timingOf } from './timing.ts'

export type AnalysisOptions = {
  /** What the template is for, for whoever opens it. */
  about: string
  signals: readonly Signal[]
  /** What is left out is as usual: windows of four scrapes, which are 30 s apart. */
  timing?: Partial<Timing>
  /** Where it is looked for in a cluster. */
  namespace?: string
}

/**
 * An AnalysisTemplate with one metric for each signal: each has a count, an interval and its limits, so it comes to an
 * end by itself. Throws a RangeError for a name that is not Kubernetes', two metrics of one name, an argument with two
 * values, or a window that may hold fewer than two scrapes.
 */
export function analysisTemplate(name: string, options: AnalysisOptions): Manifest<IAnalysisTemplate> {
  if (!/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) throw new RangeError(`not a name in Kubernetes: ${name}`)
  const timing = timingOf(options.timing)
  const { signals } = options
  const repeated = signals.find((signal, index) => signals.findIndex(other => other.name === signal.name) !== index)
  if (repeated) throw new RangeError(`two metrics of ${name} have the same name: ${repeated.name}`)
  const args = mergedArguments(name, signals)
  return {
    resource: {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'AnalysisTemplate',
      metadata: { name, ...(options.namespace !== undefined && { namespace: options.namespace }) },
      spec: {
        args: args.map(({ name, value }) => (value === undefined ? { name } : { name, value })),
        metrics: signals.map(signal => metric(signal, timing)),
      },
    },
    about: options.about,
    comments: [
      ...args.map(({ about }, index) => ({ path: ['spec', 'args', index], text: about })),
      ...signals.map((signal, index) => ({ path: ['spec', 'metrics', index], text: explain(signal) })),
    ],
  }
}

function metric({ name, query, judgement, failureLimit = 0, inconclusiveLimit = 0 }: Signal, timing: Timing): IMetric {
  return {
    name,
    interval: seconds(timing.interval),
    ...(timing.delay > 0 && { initialDelay: seconds(timing.delay) }),
    count: timing.count,
    successCondition: judgement.success,
    failureCondition: judgement.failure,
    failureLimit,
    inconclusiveLimit,
    provider: { prometheus: { address: reference(prometheus), query: `${query(seconds(timing.window))}\n` } },
  }
}

/** The arguments of all signals, in the order in which they are first named, those that must be given before the rest. */
function mergedArguments(template: string, signals: readonly Signal[]): Argument[] {
  const known = new Map<string, Argument>()
  for (const argument of [...signals.flatMap(argumentsOf), prometheus]) {
    const before = known.get(argument.name)
    if (before && before.value !== argument.value) {
      throw new RangeError(
        `argument ${argument.name} of ${template} has two values: ${before.value}, ${argument.value}`,
      )
    }
    if (!before) known.set(argument.name, argument)
  }
  const args = [...known.values()]
  return [...args.filter(({ value }) => value === undefined), ...args.filter(({ value }) => value !== undefined)]
}

function explain({ question, noTraffic, notes }: Signal): string {
  return [question, ...(notes === undefined ? [] : [notes]), `No traffic: ${noTraffic}.`].join('\n')
}
