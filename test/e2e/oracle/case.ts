import { z } from 'zod'

/** One analysis for the oracle (`case.go`): a spec, or templates to merge into one. Times are milliseconds. */
export type Case = {
  spec?: Spec
  templates?: NamedTemplate[]
  clusterTemplates?: NamedTemplate[]
  refs?: { templateName: string; clusterScope?: boolean }[]
  args?: { name: string; value: string }[]
  secrets?: Record<string, Record<string, string>>
  /** Replies by the marker in the query. `PROMETHEUS` anywhere in a case is the address of the server that gives them. */
  script: Record<string, Reply[]>
  /** ARGO_ROLLOUTS_PROMETHEUS_ADDRESS. */
  defaultAddress?: string
  /** Is asked instead of the script. */
  server?: string
  start: number
  terminateAfter?: number
}

export type Reply = { status: number; body: string }

/** The spec of a run or a template, as an API server would hold it. */
export type Spec = { [key: string]: unknown; metrics?: unknown[] }

export type NamedTemplate = { metadata: { name: string }; spec: Spec }

/** What came over HTTP; the time of an instant query is left out. */
export type Request = z.infer<typeof requestSchema>

const requestSchema = z.object({
  method: z.string(),
  path: z.string(),
  form: z.record(z.string(), z.string()),
  headers: z.record(z.string(), z.string()).optional(),
})

export const outcomeSchema = z.object({
  refused: z.string().optional(),
  spec: z.unknown().optional(),
  status: z.looseObject({ phase: z.string(), message: z.string().optional() }).optional(),
  requests: z.record(z.string(), z.array(requestSchema)).optional(),
  passes: z.number(),
  milliseconds: z.number(),
  panicked: z.string().optional(),
})

export type Outcome = z.infer<typeof outcomeSchema>

/** A successCondition and the result to evaluate it on, values as Prometheus writes them. */
export type ConditionCase = { kind: 'scalar' | 'vector'; result: string[]; condition: string }

export const verdictSchema = z.object({
  phase: z.string(),
  message: z.string().optional(),
  panicked: z.string().optional(),
})

export type OracleVerdict = z.infer<typeof verdictSchema>
