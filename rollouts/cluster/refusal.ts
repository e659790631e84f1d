import { ConfigurationError, type Fault, type Place, type Step } from '../../configuration/index.ts'
import type { FieldCause, KubernetesClient, KubernetesError } from '../../kubernetes/index.ts'
import { type AnalysisRunSpec, placeOfMetric, type TemplateLibrary } from '../analysis/index.ts'

export type Refused = {
  error: KubernetesError
  client: Pick<KubernetesClient, 'server'>
  namespace: string
  spec: AnalysisRunSpec
  library: TemplateLibrary
}

/**
 * What the API said to a run, as a mistake that the user can mend, with its place in the template where a field of the
 * run is meant; undefined when it is nobody's mistake (an API that is busy, broken or out of reach).
 */
export function explainRefusal(refused: Refused): ConfigurationError | undefined {
  const fault = faultOf(refused)
  return fault && new ConfigurationError({ ...fault, cause: refused.error })
}

function faultOf({ error, client: { server }, namespace, spec, library }: Refused): Fault | undefined {
  const { message, causes, kind } = error
  switch (error.reason) {
    case 'unauthorized':
      return {
        problem: `${server} does not accept the credentials: ${message}`,
        place: { input: 'kubeconfig' },
        cure: 'The token may have expired: mint one for this run that lives as long as it',
      }
    case 'forbidden':
      return {
        problem: `${server} forbids it: ${message}`,
        place: { input: 'kubeconfig' },
        cure: `Allow create, get, watch, patch and delete of analysisruns.argoproj.io in namespace ${namespace} to whoever this is`,
      }
    case 'no-such-kind':
      return {
        problem: `${server} knows no AnalysisRuns`,
        place: { input: 'kubeconfig' },
        cure: 'Install Argo Rollouts there, with its CustomResourceDefinitions, or name another cluster',
      }
    case 'not-found':
      return kind === 'namespaces'
        ? {
            problem: `${server} has no such namespace`,
            place: { input: 'namespace' },
            value: namespace,
            cure: 'Create it, or name another',
          }
        : { problem: `${server} does not find it: ${message}`, place: { input: 'kubeconfig' } }
    case 'invalid':
    case 'refused':
      return { problem: `the API refuses the AnalysisRun: ${message}`, ...placeOf(causes, message, spec, library) }
    case 'unexpected':
      return {
        problem: `${server} does not answer as a Kubernetes API does: ${message}`,
        place: { input: 'kubeconfig' },
        cure: 'Check the address of the cluster, and what stands in front of it',
      }
    case 'conflict':
    case 'already-exists':
    case 'expired':
    case 'busy':
    case 'unavailable':
    case 'unreachable':
      return undefined
  }
}

/** The place of the first bad field: `spec.metrics[1].provider.job.spec` of the run is a metric of some template. */
function placeOf(
  causes: readonly FieldCause[],
  message: string,
  spec: AnalysisRunSpec,
  library: TemplateLibrary,
): { place?: Place } {
  const fields = [...causes.map(({ field }) => field), ...unknownFields(message)]
  for (const field of fields) {
    const place = placeOfField(stepsOf(field), spec, library)
    if (place) return { place }
  }
  return {}
}

/** Strict decoding names fields in its message alone: `unknown field "spec.metrics[0].provider.web.uri"`. */
function unknownFields(message: string): string[] {
  return [...message.matchAll(/unknown field "([^"]+)"/g)].map(([, field = '']) => field)
}

function placeOfField(steps: readonly Step[], spec: AnalysisRunSpec, library: TemplateLibrary): Place | undefined {
  const [root, list, index, ...rest] = steps
  if (root !== 'spec' || typeof index !== 'number') return undefined
  if (list === 'metrics') return placeOfMetric(library, spec.metrics[index]?.name ?? '', rest)
  const [run] = library.runs
  return run?.document.placeOf(steps)
}

/** `spec.metrics[0].name` -> spec, metrics, 0, name; a quoted key in brackets is one step. */
function stepsOf(field: string): Step[] {
  return [...field.matchAll(/\[(\d+)\]|\[([^\]]+)\]|([^.[\]]+)/g)].map(([, index, key, name]) =>
    index === undefined ? (key ?? name ?? '') : Number(index),
  )
}
