import type { Clock, Log } from '../../host/index.ts'
import { type KubernetesClient, KubernetesError } from '../../kubernetes/index.ts'
import type { Followed } from './follow.ts'
import { analysisRuns } from './manifest.ts'

/** Milliseconds between two tries. */
const pause = 250

/**
 * Sets `spec.terminate`, as `kubectl argo rollouts terminate analysisrun` does; the controller then ends the run. Tries
 * until the signal is aborted. That it cannot be is only a warning.
 */
export async function terminate(
  client: KubernetesClient,
  { namespace, name }: Followed,
  { clock, log, signal }: { clock: Clock; log: Log; signal: AbortSignal },
): Promise<void> {
  let why = 'the API did not answer in time'
  try {
    for (;;) {
      try {
        await client.patch(analysisRuns, { namespace, name }, { spec: { terminate: true } }, { signal })
        return
      } catch (error) {
        if (!(error instanceof KubernetesError)) throw error
        if (error.reason === 'not-found') return
        why = error.message
        if (!error.passing) break
      }
      await clock.sleep(pause, signal)
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
  const byHand = `kubectl argo rollouts terminate analysisrun ${name} --namespace ${namespace}`
  log.warning(`AnalysisRun ${namespace}/${name} could not be terminated: ${why}. Do it by hand: ${byHand}`)
}
