import { z } from 'zod'
import type { Client } from '../simulator/client.ts'

const list = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ namespace: z.string() }),
      spec: z.object({
        scaleTargetRef: z.object({ apiVersion: z.string(), kind: z.string(), name: z.string() }),
        minReplicaCount: z.number().default(0),
      }),
    }),
  ),
})

const scale = z.object({ spec: z.object({ replicas: z.number().default(0) }) })

/** Every two seconds, brings what a ScaledObject scales to its smallest number of replicas, through /scale as KEDA's HPA does. */
export function keepScaled(client: Client): void {
  const look = async () => {
    for (const { metadata, spec } of list.parse(await client.list('keda.sh/v1alpha1', 'ScaledObject')).items) {
      const { apiVersion, kind, name } = spec.scaleTargetRef
      const target = { apiVersion, kind, metadata: { name, namespace: metadata.namespace } }
      const found = scale.safeParse(await client.get(target, 'scale'))
      if (!found.success || found.data.spec.replicas >= spec.minReplicaCount) continue
      await client.patch(target, { spec: { replicas: spec.minReplicaCount } }, { subresource: 'scale' })
    }
  }
  setInterval(() => look().catch(() => {}), 2000) // what is not there yet is looked for again
}
