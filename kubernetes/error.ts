import { z } from 'zod'
import { parseJson } from '../configuration/index.ts'

/** Why the Kubernetes API did not do what was asked. */
export type KubernetesReason =
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  /** The path itself is unknown: the kind's CustomResourceDefinition is not installed. */
  | 'no-such-kind'
  | 'already-exists'
  | 'conflict'
  /** The object breaks its schema or a rule; `causes` name the fields. */
  | 'invalid'
  | 'refused'
  /** The resourceVersion is too old to watch from. */
  | 'expired'
  | 'busy'
  | 'unavailable'
  | 'unreachable'
  /** Whatever answered is no Kubernetes API. */
  | 'unexpected'

/** One bad field, for example `spec.metrics[0].provider.job.spec`, in the API server's words. */
export type FieldCause = { field: string; message: string }

type About = { status?: number; kind?: string; causes?: readonly FieldCause[]; retryAfter?: number; cause?: unknown }

/** What the Kubernetes API refused, or why it could not be asked. Holds no credentials. */
export class KubernetesError extends Error {
  override readonly name = 'KubernetesError'
  readonly reason: KubernetesReason
  /** The HTTP status, where there was an answer. */
  readonly status: number | undefined
  /** The plural of what the server speaks of, for example `namespaces` when that was not found. */
  readonly kind: string | undefined
  readonly causes: readonly FieldCause[]
  /** Milliseconds to wait, where the server asks for it. */
  readonly retryAfter: number | undefined

  constructor(reason: KubernetesReason, message: string, { status, kind, causes = [], retryAfter, cause }: About = {}) {
    super(message, cause === undefined ? undefined : { cause })
    this.reason = reason
    this.status = status
    this.kind = kind
    this.causes = causes
    this.retryAfter = retryAfter
  }

  /** Whether the same request may succeed by itself a little later. */
  get passing(): boolean {
    return this.reason === 'busy' || this.reason === 'unavailable' || this.reason === 'unreachable'
  }
}

/** An API server's refusal (`k8s.io/apimachinery`, metav1.Status). */
const statusSchema = z.looseObject({
  kind: z.literal('Status'),
  message: z.string().optional(),
  reason: z.string().optional(),
  code: z.int().optional(),
  details: z
    .looseObject({
      kind: z.string().optional(),
      retryAfterSeconds: z.int().optional(),
      causes: z.array(z.looseObject({ field: z.string().optional(), message: z.string().optional() })).optional(),
    })
    .optional(),
})

/** Reads an answer that is no success. `code` is the HTTP status, `body` the text that came with it. */
export function refusalOf(code: number, body: string): KubernetesError {
  const parsed = statusSchema.safeParse(parseJson(body))
  return parsed.success ? statusError(code, parsed.data) : foreignError(code, body)
}

/** Reads the Status that a watch sends as its last event. */
export function eventError(object: unknown): KubernetesError {
  const parsed = statusSchema.safeParse(object)
  if (!parsed.success) return new KubernetesError('unavailable', 'the watch ended with an error that is no Status')
  return statusError(parsed.data.code ?? 500, parsed.data)
}

function statusError(code: number, { message, reason, details }: z.infer<typeof statusSchema>): KubernetesError {
  const causes = (details?.causes ?? []).map(cause => ({ field: cause.field ?? '', message: cause.message ?? '' }))
  return new KubernetesError(reasonOf(code, reason), message ?? `HTTP status ${code}`, {
    status: code,
    causes,
    ...(details?.kind !== undefined && { kind: details.kind }),
    ...(details?.retryAfterSeconds !== undefined && { retryAfter: details.retryAfterSeconds * 1000 }),
  })
}

/** What is no Status was worded by the server's router, or by a proxy or a login page in front of it. */
function foreignError(code: number, body: string): KubernetesError {
  if (code === 404 && body.startsWith('404 page not found')) {
    return new KubernetesError('no-such-kind', 'the API server knows no such kind', { status: code })
  }
  if (code === 401 || code === 429 || code >= 500) {
    return new KubernetesError(reasonOf(code, undefined), `HTTP status ${code}: ${excerpt(body)}`, { status: code })
  }
  return new KubernetesError('unexpected', `HTTP status ${code}, and no answer of a Kubernetes API: ${excerpt(body)}`, {
    status: code,
  })
}

function reasonOf(code: number, reason: string | undefined): KubernetesReason {
  const known = new Map<number, KubernetesReason>([
    [401, 'unauthorized'],
    [403, 'forbidden'],
    [404, 'not-found'],
    [409, reason === 'AlreadyExists' ? 'already-exists' : 'conflict'],
    [410, 'expired'],
    [422, 'invalid'],
    [429, 'busy'],
  ])
  return known.get(code) ?? (code >= 500 ? 'unavailable' : 'refused')
}

/** The start of a text from outside, on one line. */
export function excerpt(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line === '' ? 'empty' : line.length > 200 ? `${line.slice(0, 199)}…` : line
}
