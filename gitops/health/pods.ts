import { z } from 'zod'
import { matchImage, type Wanted } from './image.ts'

const text = z.string().nullish()

export const podSchema = z.object({
  metadata: z.object({
    name: z.string(),
    namespace: text,
    deletionTimestamp: text,
    ownerReferences: z.array(z.object({ kind: text })).nullish(),
  }),
  spec: z.object({ containers: z.array(z.object({ name: text, image: text })).nullish() }).nullish(),
  status: z
    .object({ phase: text, containerStatuses: z.array(z.object({ name: text, imageID: text })).nullish() })
    .nullish(),
})

export type Pod = z.infer<typeof podSchema>

/** A pod that should be gone for so long, in milliseconds, is on a node that is lost: it answers nobody. */
const lost = 30_000

/**
 * The pods that still run another digest of the wanted repository. One that ends counts until its time is over (its
 * deletionTimestamp), one that has ended does not, nor one of a Job: what a CronJob began under the old pin ends by
 * itself, and a workload's selector may match it without owning it.
 */
export function otherPods(pods: readonly Pod[], wanted: Wanted, now: number): string[] {
  return pods
    .filter(pod => isAlive(pod, now) && !isOfJob(pod) && runsElse(pod, wanted))
    .map(({ metadata }) => metadata.name)
}

function isAlive({ metadata, status }: Pod, now: number): boolean {
  if (status?.phase === 'Succeeded' || status?.phase === 'Failed') return false
  const end = Date.parse(metadata.deletionTimestamp ?? '')
  return Number.isNaN(end) || now < end + lost
}

function isOfJob({ metadata: { ownerReferences } }: Pod): boolean {
  return (ownerReferences ?? []).some(({ kind }) => kind === 'Job')
}

function runsElse({ spec, status }: Pod, wanted: Wanted): boolean {
  return (spec?.containers ?? []).some(({ name, image }) => {
    const reported = status?.containerStatuses?.find(container => container.name === name)?.imageID
    return matchImage(image ?? '', wanted, reported ?? undefined) === 'else'
  })
}
