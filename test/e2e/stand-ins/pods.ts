import { z } from 'zod'
import type { Client } from '../simulator/client.ts'

/** A Ready pod of an app, and the release that it would run. */
export type Pod = { name: string; app: string; digest: string; track: string }

const list = z.object({
  items: z.array(
    z.object({
      metadata: z.object({
        name: z.string(),
        labels: z.record(z.string(), z.string()).default({}),
        deletionTimestamp: z.string().optional(),
      }),
      spec: z.object({ containers: z.array(z.object({ image: z.string() })) }),
      status: z.object({
        conditions: z.array(z.object({ type: z.string(), status: z.string() })).default([]),
      }),
    }),
  ),
})

/** The Ready pods of a cluster's apps as they were a moment ago; asked once a second. */
export function followPods(client: Client): () => readonly Pod[] {
  let pods: readonly Pod[] = []
  const look = async () => {
    const { items } = list.parse(await client.list('v1', 'Pod', { selector: 'app.kubernetes.io/name' }))
    pods = items.flatMap(({ metadata, spec, status }) => {
      const ready = status.conditions.some(({ type, status }) => type === 'Ready' && status === 'True')
      if (!ready || metadata.deletionTimestamp !== undefined) return []
      const digest = /@(sha256:[0-9a-f]+)/.exec(spec.containers[0]?.image ?? '')?.[1] ?? 'none'
      const { 'app.kubernetes.io/name': app = '', track = 'stable' } = metadata.labels
      return [{ name: metadata.name, app, digest, track }]
    })
  }
  setInterval(() => look().catch(() => {}), 1000) // the API server may be out of reach for a while
  return () => pods
}
