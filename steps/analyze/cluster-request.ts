import { ConfigurationError } from '../../configuration/index.ts'
import { type ClusterAddress, isLabel } from '../../kubernetes/index.ts'
import type { AnalysisRunSpec, TemplateLibrary } from '../../rollouts/analysis/index.ts'
import type { Keep } from '../../rollouts/cluster/index.ts'

/** Where and how a run is played in a cluster, as it comes; what is missing or empty was not given. */
export type ClusterInputs = {
  /** `local` when not given. */
  mode?: string
  /** A path, or the document itself. */
  kubeconfig?: string
  context?: string
  namespace?: string
  /** `on-failure` when not given. */
  keep?: string
}

export type ClusterRequest = {
  address: ClusterAddress
  /** The context's own when left out. */
  namespace?: string
  keep: Keep
}

/** What can only be given where the measuring is done here. */
type LocalInputs = {
  'prometheus-url': string
  'prometheus-headers': readonly string[]
  secrets: readonly string[]
}

/** Undefined for an analysis that is played here. Throws a ConfigurationError for what does not go with the mode. */
export function parseClusterInputs(inputs: ClusterInputs & LocalInputs): ClusterRequest | undefined {
  const { mode = '', kubeconfig = '', context = '', namespace = '', keep = '' } = inputs
  if (mode !== '' && mode !== 'local' && mode !== 'cluster') {
    throw new ConfigurationError({ problem: 'neither local nor cluster', place: { input: 'mode' }, value: mode })
  }
  if (mode !== 'cluster') {
    refuseInLocalMode({ kubeconfig, context, namespace, keep })
    return undefined
  }
  refuseInClusterMode(inputs)
  if (namespace !== '' && !isLabel(namespace)) {
    throw new ConfigurationError({
      problem: 'not the name of a namespace',
      place: { input: 'namespace' },
      value: namespace,
    })
  }
  return {
    address: { ...(kubeconfig !== '' && { kubeconfig }), ...(context !== '' && { context }) },
    ...(namespace !== '' && { namespace }),
    keep: keepIn(keep),
  }
}

/**
 * The spec as a cluster can take it: with the address to measure at, where one was given. Throws a ConfigurationError
 * for an argument that reads a field of a Rollout.
 */
export function specForCluster(
  spec: AnalysisRunSpec,
  library: TemplateLibrary,
  prometheusUrl: string | undefined,
): AnalysisRunSpec {
  const field = spec.args?.find(({ value, valueFrom }) => valueFrom?.fieldRef && value === undefined)
  if (field) {
    throw new ConfigurationError({
      problem: `argument ${JSON.stringify(field.name)} reads a field of a Rollout, and this AnalysisRun belongs to none`,
      place: placeOfArgument(library, field.name) ?? { input: 'templates' },
      cure: 'Supply its value instead',
    })
  }
  if (prometheusUrl === undefined) return spec
  const metrics = spec.metrics.map(({ provider, ...metric }) => {
    const { prometheus } = provider
    return {
      ...metric,
      provider: prometheus ? { ...provider, prometheus: { ...prometheus, address: prometheusUrl } } : provider,
    }
  })
  return { ...spec, metrics }
}

function refuseInLocalMode(given: Readonly<Record<string, string>>): void {
  for (const [input, value] of Object.entries(given)) {
    if (value === '') continue
    throw new ConfigurationError({
      problem: 'only an analysis that is played in a cluster has it',
      place: { input },
      cure: 'Say mode: cluster, or leave it out',
    })
  }
}

function refuseInClusterMode(inputs: LocalInputs): void {
  const { username = '', password = '' } = URL.parse(inputs['prometheus-url']) ?? {}
  const readable = 'everyone who may read AnalysisRuns in the cluster could read it'
  const faults: [string, boolean, string, string][] = [
    [
      'prometheus-headers',
      inputs['prometheus-headers'].length > 0,
      readable,
      "Put it into the template's headers, as an argument with a secretKeyRef",
    ],
    ['prometheus-url', username !== '' || password !== '', readable, 'Leave the name and the password out'],
    [
      'secrets',
      inputs.secrets.length > 0,
      'the controller reads the Secrets of its own cluster',
      'Create them there, and leave this out',
    ],
  ]
  for (const [input, given, problem, cure] of faults) {
    if (given) throw new ConfigurationError({ problem, place: { input }, cure })
  }
}

function keepIn(keep: string): Keep {
  switch (keep) {
    case '':
      return 'on-failure'
    case 'true':
    case 'false':
    case 'on-failure':
      return keep
    default:
      throw new ConfigurationError({
        problem: 'neither true, false nor on-failure',
        place: { input: 'keep' },
        value: keep,
      })
  }
}

function placeOfArgument({ runs, templates, clusterTemplates }: TemplateLibrary, name: string) {
  for (const { spec, document } of [...runs, ...templates, ...clusterTemplates]) {
    const index = (spec.args ?? []).findIndex(arg => arg.name === name)
    if (index >= 0) return document.placeOf(['spec', 'args', index])
  }
  return undefined
}
