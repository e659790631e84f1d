import { z } from 'zod'
import { type FindApplications, OutOfReachError } from '../promote/index.ts'

/** What Argo CD says of a preview. `message` is from outside. */
export type Sighting =
  | { kind: 'not-asked' }
  | { kind: 'unknown'; message: string }
  | { kind: 'absent' }
  | { kind: 'healthy' }
  | { kind: 'progressing' | 'degraded'; message: string }

const text = z.string().nullish()
const images = z.object({ kustomize: z.object({ images: z.array(z.string()).nullish() }).nullish() }).nullish()
const schema = z.object({
  operation: z.unknown().optional(),
  status: z
    .object({
      sync: z.object({ status: text, comparedTo: z.object({ source: images }).nullish() }).nullish(),
      health: z.object({ status: text, message: text }).nullish(),
      summary: z.object({ images: z.array(z.string()).nullish() }).nullish(),
      operationState: z.object({ phase: text, message: text }).nullish(),
      conditions: z.array(z.object({ type: z.string(), message: text })).nullish(),
    })
    .nullish(),
})
type Application = z.output<typeof schema>

/**
 * Looks at the Application of a preview. It is healthy when Argo CD compared it with this image, synced it, and nothing
 * else of that repository is left running. `image` is `repository:tag`.
 */
export async function lookAt(
  find: FindApplications,
  { app, number, image }: { app: string; number: number; image: string },
  signal: AbortSignal,
): Promise<Sighting> {
  try {
    const found = await find(`stovepipe.dev/preview=${app},stovepipe.dev/pull-request=${number}`, signal)
    if (found.length === 0) return { kind: 'absent' }
    const read = schema.safeParse(found[0])
    if (found.length > 1) return { kind: 'unknown', message: `there are ${found.length} Applications of this preview` }
    if (!read.success) return { kind: 'unknown', message: 'the Application cannot be read' }
    return assess(read.data, image)
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof OutOfReachError)) throw error
    return { kind: 'unknown', message: error.message }
  }
}

function assess({ operation, status }: Application, image: string): Sighting {
  const { sync, health, summary, operationState } = status ?? {}
  const compared = sync?.comparedTo?.source?.kustomize?.images ?? []
  if (!compared.includes(image)) return { kind: 'progressing', message: 'Argo CD has not come to this image yet' }
  const state = `${sync?.status ?? 'not compared'}, ${health?.status ?? 'health unknown'}`
  const message = [state, ...troubles(status)].join(': ')
  const running = operation !== undefined || ['Running', 'Terminating'].includes(operationState?.phase ?? '')
  if (health?.status === 'Degraded' && !running) return { kind: 'degraded', message }
  const repository = image.slice(0, image.lastIndexOf(':'))
  const ours = (summary?.images ?? []).filter(
    each => each.startsWith(repository) && /^(?:[:@]|$)/.test(each.slice(repository.length)),
  )
  const runs = ours.length > 0 && ours.every(each => each === image || each.startsWith(`${image}@`))
  if (!running && sync?.status === 'Synced' && health?.status === 'Healthy' && runs) return { kind: 'healthy' }
  return { kind: 'progressing', message }
}

function troubles(status: Application['status']): string[] {
  const { operationState, health, conditions } = status ?? {}
  const failed = ['Failed', 'Error'].includes(operationState?.phase ?? '') ? operationState?.message : undefined
  const said = [health?.message, failed, ...(conditions ?? []).map(({ type, message }) => `${type}: ${message ?? ''}`)]
  return [...new Set(said.filter(each => each !== undefined && each !== null && each !== ''))].map(String)
}
