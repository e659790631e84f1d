import { z } from 'zod'

const text = z.string().nullish()

/** What is read of an Argo CD Application (`pkg/apis/application/v1alpha1/types.go`); the rest is dropped. */
export const applicationSchema = z.object({
  metadata: z.object({ name: z.string(), namespace: text }),
  spec: z.object({ sources: z.array(z.object({ path: text })).nullish() }).nullish(),
  operation: z.unknown().optional(),
  status: z
    .object({
      sync: z.object({ status: text, revision: text, revisions: z.array(z.string()).nullish() }).nullish(),
      health: z.object({ status: text, lastTransitionTime: text }).nullish(),
      operationState: z.object({ phase: text, message: text, finishedAt: text }).nullish(),
      conditions: z.array(z.object({ type: z.string(), message: text })).nullish(),
      resources: z
        .array(
          z.object({
            group: text,
            version: text,
            kind: z.string(),
            namespace: text,
            name: z.string(),
            health: z.object({ status: text, message: text }).nullish(),
          }),
        )
        .nullish(),
    })
    .nullish(),
})

export type Application = z.infer<typeof applicationSchema>

/** How an Application stands to the pin that is asked about. `since`: milliseconds. */
export type Sync =
  | { kind: 'synced'; revision: string; since: number }
  | { kind: 'behind' | 'syncing'; reason: string }
  | { kind: 'unknown'; reason: string }

/** The revision that was compared last; of several sources, that of the app's folder. */
export function revisionOf({ spec, status }: Application, folder: string): string | undefined {
  const { revision, revisions } = status?.sync ?? {}
  const index = (spec?.sources ?? []).findIndex(({ path }) => path?.replace(/\/+$/, '').endsWith(folder))
  return (index >= 0 ? revisions?.[index] : undefined) || revision || undefined
}

/**
 * Whether Argo CD has brought the cluster to a revision that holds the pin. `held` is what the tree at its revision
 * says, undefined where that could not be read. Synced and Healthy at another revision is nothing (argo-cd #29410).
 */
export function judgeSync(
  application: Application,
  revision: string | undefined,
  held: boolean | undefined,
  pinnedAt: number,
): Sync {
  const { sync, operationState } = application.status ?? {}
  if (revision === undefined) return { kind: 'behind', reason: `Argo CD has not compared it yet${said(application)}` }
  const short = revision.slice(0, 10)
  if (held === undefined) {
    return { kind: 'unknown', reason: `Argo CD is at ${short}, which is not in the branch's recent history` }
  }
  if (!held) return { kind: 'behind', reason: `Argo CD is at ${short}, which does not hold this pin` }
  if (isRunning(application)) return { kind: 'syncing', reason: `Argo CD is syncing${said(application)}` }
  if (sync?.status !== 'Synced') {
    return { kind: 'syncing', reason: `${sync?.status ?? 'not compared'} at ${short}${said(application)}` }
  }
  const finished = Date.parse(operationState?.finishedAt ?? '')
  return { kind: 'synced', revision, since: Number.isNaN(finished) ? pinnedAt : Math.max(finished, pinnedAt) }
}

function isRunning({ operation, status }: Application): boolean {
  const phase = status?.operationState?.phase
  return (operation !== undefined && operation !== null) || phase === 'Running' || phase === 'Terminating'
}

/** What Argo CD says about its troubles, on one line. */
function said({ status }: Application): string {
  const { operationState, conditions } = status ?? {}
  const failed = operationState?.phase === 'Failed' || operationState?.phase === 'Error'
  const troubles = [
    ...(failed ? [operationState?.message ?? ''] : []),
    ...(conditions ?? []).filter(({ type }) => type.endsWith('Error')).map(({ message }) => message ?? ''),
  ].filter(message => message !== '')
  const line = [...new Set(troubles)].join('; ').replace(/\s+/g, ' ')
  return line === '' ? '' : `: ${line.length > 300 ? `${line.slice(0, 299)}…` : line}`
}
