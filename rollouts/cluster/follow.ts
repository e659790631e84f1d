import type { Clock } from '../../host/index.ts'
import { type KubernetesClient, KubernetesError, type KubernetesObject } from '../../kubernetes/index.ts'
import { analysisRuns } from './manifest.ts'

export type Followed = { namespace: string; name: string; uid: string | undefined }

export type FollowOptions = {
  clock: Clock
  /** Ends following, without an error. */
  signal: AbortSignal
  /** Told once for each time that following becomes harder. */
  onTrouble?: (error: KubernetesError) => void
}

/** A watch is opened anew after so many seconds, so that nothing is missed for longer than that. */
const watchSeconds = 30

/** Milliseconds between two looks at a run that must not be watched. */
const pollEvery = 2000

/** Milliseconds before a watch that ended is opened again, and before one that broke is. */
const pauses = { ended: 100, broken: 1000 }

/** Milliseconds between tries while the API is out of reach; the last one repeats. */
const waits = [250, 500, 1000, 2000, 5000]

/** How long the API may be out of reach at a stretch, in milliseconds, before following is given up. */
const patience = 300_000

/**
 * Follows a run: gives it each time it has changed, until the signal ends that or the run is gone. It is watched; when
 * the watch breaks, or the version to go on from has expired, the run is read again and watched from there; where it
 * must not be watched, it is read every 2 s. Throws a KubernetesError for what does not pass, and for an API that stays
 * out of reach for 5 minutes.
 */
export async function* follow(
  client: KubernetesClient,
  run: Followed,
  options: FollowOptions,
): AsyncGenerator<KubernetesObject, void> {
  const { clock, signal } = options
  try {
    for (let watchable = true; ; ) {
      const found = await readPatiently(client, run, options)
      if (!found) return
      yield found
      let pause = pollEvery
      if (watchable) {
        try {
          return yield* watchFrom(client, run, found, options)
        } catch (error) {
          if (!(error instanceof KubernetesError)) throw error
          watchable = error.passing || error.reason === 'expired' || error.reason === 'unauthorized'
          pause = pauses.broken
        }
      }
      await clock.sleep(pause, signal)
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

/** Watches, again and again, until the run is gone. */
async function* watchFrom(
  client: KubernetesClient,
  { namespace, name }: Followed,
  { metadata }: KubernetesObject,
  { clock, signal }: FollowOptions,
): AsyncGenerator<KubernetesObject, void> {
  const which = { namespace, fieldSelector: `metadata.name=${name}`, timeoutSeconds: watchSeconds }
  let { resourceVersion = '' } = metadata
  for (;;) {
    for await (const event of client.watch(analysisRuns, { ...which, resourceVersion }, { signal })) {
      if (event.type === 'DELETED') return
      resourceVersion =
        event.type === 'BOOKMARK' ? event.resourceVersion : (event.object.metadata.resourceVersion ?? '')
      if (event.type !== 'BOOKMARK') yield event.object
    }
    await clock.sleep(pauses.ended, signal)
  }
}

/** The run as it is now; undefined when it is gone. */
async function readPatiently(
  client: KubernetesClient,
  { namespace, name, uid }: Followed,
  { clock, signal, onTrouble }: FollowOptions,
): Promise<KubernetesObject | undefined> {
  const start = clock.now()
  for (let attempt = 0; ; attempt++) {
    try {
      const found = await client.get(analysisRuns, { namespace, name }, { signal })
      return uid === undefined || found.metadata.uid === uid ? found : undefined
    } catch (error) {
      if (!(error instanceof KubernetesError)) throw error
      if (error.reason === 'not-found') return undefined
      if (!error.passing || clock.now() - start > patience) throw error
      if (attempt === 0) onTrouble?.(error)
      const wait = waits[Math.min(attempt, waits.length - 1)] ?? 0
      await clock.sleep(Math.max(wait, Math.min(error.retryAfter ?? 0, 30_000)), signal)
    }
  }
}
