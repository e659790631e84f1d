import type { Clock } from '../../host/index.ts'
import { type KubernetesClient, KubernetesError, type KubernetesObject } from '../../kubernetes/index.ts'
import { type AnalysisRunManifest, analysisRuns, invocationLabel } from './manifest.ts'

/** Waits between tries, in milliseconds. */
const waits = [250, 1000, 3000, 6000]

/**
 * Creates a run, once: a request whose answer was lost is sent again, and what it had made is taken as made. Throws a
 * KubernetesError for a refusal, and when the API stays out of reach for about 10 s.
 */
export async function create(
  client: KubernetesClient,
  namespace: string,
  manifest: AnalysisRunManifest,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<KubernetesObject> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await client.create(analysisRuns, { namespace }, manifest, { signal })
    } catch (error) {
      if (!(error instanceof KubernetesError)) throw error
      if (error.reason === 'already-exists' && attempt > 0) return own(client, namespace, manifest, signal, error)
      const wait = waits[attempt]
      if (!error.passing || wait === undefined) throw error
      await clock.sleep(Math.max(wait, Math.min(error.retryAfter ?? 0, 30_000)), signal)
    }
  }
}

async function own(
  client: KubernetesClient,
  namespace: string,
  { metadata }: AnalysisRunManifest,
  signal: AbortSignal,
  error: KubernetesError,
): Promise<KubernetesObject> {
  const found = await client.get(analysisRuns, { namespace, name: metadata.name }, { signal })
  if (found.metadata.labels?.[invocationLabel] === metadata.labels[invocationLabel]) return found
  throw error
}
