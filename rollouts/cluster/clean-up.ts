import type { Log } from '../../host/index.ts'
import { type KubernetesClient, KubernetesError } from '../../kubernetes/index.ts'
import type { AnalysisRunStatus, Ending } from '../analysis/index.ts'
import type { Followed } from './follow.ts'
import { analysisRuns } from './manifest.ts'

/** Whether a run stays in the cluster: always, never, or when it did not succeed. A cancelled one stays only with `true`. */
export type Keep = 'true' | 'false' | 'on-failure'

export function stays(keep: Keep, { phase }: AnalysisRunStatus, ending: Ending): boolean {
  if (keep !== 'on-failure') return keep === 'true'
  return ending === 'cut-short' || (ending === 'completed' && phase !== 'Successful')
}

/** Deletes a run within `timeout` milliseconds. That it cannot be is only a warning: the verdict stands. */
export async function remove(
  client: KubernetesClient,
  { namespace, name, uid }: Followed,
  { log, timeout }: { log: Log; timeout: number },
): Promise<void> {
  try {
    const which = { namespace, name, ...(uid !== undefined && { uid }) }
    await client.delete(analysisRuns, which, { timeout })
  } catch (error) {
    if (!(error instanceof KubernetesError)) throw error
    if (error.reason === 'not-found' || error.reason === 'conflict') return // gone, or another one by that name
    const byHand = `kubectl delete analysisrun ${name} --namespace ${namespace}`
    log.warning(`AnalysisRun ${namespace}/${name} could not be deleted: ${error.message}. Do it by hand: ${byHand}`)
  }
}
