import { z } from 'zod'
import { ConfigurationError, type Document, duration, type Step, validate } from '../../configuration/index.ts'
import { parseImageReference } from '../../images/index.ts'
import { type GateApproval, gateApproval, requireApprovalsMatter } from './approval.ts'
import { type AttestationRule, attestationSchema } from './attestation.ts'
import { type ClusterRole, clusterRoles } from './cluster.ts'
import { deadlineOf, requireTimeToSoak } from './deadline.ts'
import { document, nameSchema, requireName } from './kind.ts'

/** The clusters of a wave: those with every label, and the role when one is named. */
export type ClusterSelector = { matchLabels: Readonly<Record<string, string>>; role?: ClusterRole }

/** The analysis a gate runs, once for each cluster of the batch. */
export type GateAnalysis = {
  /** Names of AnalysisTemplates, found in `apps/<app>/analysis/` first, then in `analysis/`. */
  templates: readonly string[]
  args: Readonly<Record<string, string>>
  /** PromQL selector of the raw request counter; `minimumRequests` are counted on it for the cluster and digest. */
  requests?: string
  minimumRequests: number
}

/** What must hold before the next batch or wave. All times are milliseconds. */
export type Gate = {
  healthy: { timeout: number; replicas: number }
  soak: number
  analysis?: GateAnalysis
  /** Counted from the batch's commit: until then an inconclusive gate is tried again. */
  deadline: number
  /** How many analyses may end without a verdict. */
  attempts: number
  /** Who must say so once all of the above holds. Asked once for a wave: after its first batch, where it has several. */
  approval?: GateApproval
}

/** Clusters promoted together, in order; `batch` is how many at a time. */
export type Wave = { name: string; clusters: ClusterSelector; batch?: number | `${number}%`; gate: Gate }

/** How one app's releases travel. */
export type Pipeline = {
  app: string
  /** Repository of the image, without tag. */
  image: string
  /** Git URL of the application's repository, where the order of source commits is asked. */
  source?: string
  /** What every image must bring to be admitted. */
  attestation?: AttestationRule
  waves: readonly Wave[]
  rollback: 'automatic' | 'manual'
  onTimeout: 'hold' | 'rollback'
  supersede: 'between-waves' | 'immediate'
}

/** Arguments every gate's analysis gets from the kit; a pipeline cannot set them. */
export const reservedArguments = ['cluster', 'role', 'track', 'tag', 'digest', 'stable-digest', 'started-at'] as const

const minute = 60_000

const gateAnalysis = z.strictObject({
  templates: z.array(nameSchema).min(1).describe('AnalysisTemplates to run, by name'),
  args: z.record(z.string(), z.string()).default({}).describe('arguments for them'),
  requests: z.string().min(1).optional().describe('selector of the raw counter of requests'),
  minimumRequests: z.number().int().nonnegative().default(0).describe('requests to be seen before a verdict counts'),
})

const gate = z.strictObject({
  healthy: z
    .strictObject({
      timeout: duration.default(10 * minute).describe('how long a cluster may take to become healthy'),
      replicas: z.number().int().nonnegative().default(1).describe('replicas that must report the release'),
    })
    .default({ timeout: 10 * minute, replicas: 1 }),
  soak: duration.default(0).describe('how long a healthy cluster must stay so'),
  analysis: gateAnalysis.optional(),
  deadline: duration
    .optional()
    .describe('counted from the batch’s commit; longer than soak, and 2h more than it when left out'),
  attempts: z.number().int().positive().default(3).describe('analyses that may end without a verdict'),
  approval: gateApproval.optional(),
})

const wave = z.strictObject({
  name: nameSchema,
  clusters: z.strictObject({
    matchLabels: z.record(z.string(), z.string()).default({}).describe('labels a cluster must carry'),
    role: z.enum(clusterRoles).optional().describe('canary or primary'),
  }),
  batch: z
    .union([
      z.number().int().positive(),
      z.templateLiteral([z.number(), '%']).refine(text => percentage(text), 'not a percentage from 1% to 100%'),
    ])
    .optional()
    .describe('clusters at a time, as a number or a percentage of the wave; all at once when left out'),
  gate: gate.prefault({}),
})

export const pipelineSchema = document(
  'Pipeline',
  z.strictObject({
    image: z.string().min(1).describe('repository of the image, without tag'),
    source: z.url().optional().describe('Git URL of the application’s repository; asked for the order of commits'),
    attestation: attestationSchema.optional(),
    waves: z.array(wave).min(1).describe('clusters promoted together, in order'),
    rollback: z.enum(['automatic', 'manual']).default('automatic').describe('who reverts a release judged bad'),
    onTimeout: z.enum(['hold', 'rollback']).default('hold').describe('what a gate without a verdict leads to'),
    supersede: z
      .enum(['between-waves', 'immediate'])
      .default('between-waves')
      .describe('when a newer release takes over'),
    windows: z.unknown().optional(),
  }),
)

/**
 * Reads `apps/<app>/pipeline.yaml`. Throws a ConfigurationError with the place of what is wrong, also for the parts of
 * the format that this version does not carry out yet: ignoring a freeze would be worse than refusing it.
 */
export function readPipeline(source: Document, app: string): Pipeline {
  const { metadata, spec } = validate(source, pipelineSchema)
  requireName(source, metadata.name, app)
  requireRepository(source, spec.image)
  if (spec.windows !== undefined) throw unsupported(source, ['spec', 'windows'], 'windows')
  for (const [index, { name, gate }] of spec.waves.entries()) {
    if (spec.waves.findIndex(other => other.name === name) !== index) {
      throw new ConfigurationError({
        problem: 'two waves have the same name',
        place: source.placeOf(['spec', 'waves', index, 'name']),
        value: name,
        cure: 'Give each wave a name of its own: evidence is filed under it',
      })
    }
    requireCountable(source, ['spec', 'waves', index, 'gate', 'analysis'], gate.analysis)
  }
  requireTimeToSoak(source, spec.waves)
  requireApprovalsMatter(source, spec.waves)
  const { image, source: repository, attestation, waves, rollback, onTimeout, supersede } = spec
  return {
    app,
    image,
    ...(repository !== undefined && { source: repository }),
    ...(attestation && { attestation }),
    waves: waves.map(toWave),
    rollback,
    onTimeout,
    supersede,
  }
}

function toWave({ name, clusters, batch, gate }: z.output<typeof wave>): Wave {
  const { healthy, soak, analysis, attempts, approval } = gate
  return {
    name,
    clusters: { matchLabels: clusters.matchLabels, ...(clusters.role && { role: clusters.role }) },
    ...(batch !== undefined && { batch }),
    gate: {
      healthy,
      soak,
      deadline: deadlineOf(gate),
      attempts,
      ...(approval && { approval }),
      ...(analysis && {
        analysis: {
          templates: analysis.templates,
          args: analysis.args,
          minimumRequests: analysis.minimumRequests,
          ...(analysis.requests !== undefined && { requests: analysis.requests }),
        },
      }),
    },
  }
}

function requireRepository(source: Document, image: string): void {
  const place = source.placeOf(['spec', 'image'])
  const { tag, digest } = parseImageReference(image, place)
  if (tag === undefined && digest === undefined) return
  throw new ConfigurationError({
    problem: 'spec.image names the repository only',
    place,
    value: image,
    cure: 'Remove the tag and the digest: releases bring them',
  })
}

/** A minimum of requests needs the counter it is counted on; and arguments that the kit supplies cannot be set. */
function requireCountable(source: Document, path: Step[], analysis: z.output<typeof gateAnalysis> | undefined): void {
  if (!analysis) return
  if (analysis.minimumRequests > 0 && analysis.requests === undefined) {
    throw new ConfigurationError({
      problem: 'minimumRequests without requests',
      place: source.placeOf([...path, 'minimumRequests']),
      value: analysis.minimumRequests,
      cure: 'Name the counter they are counted on, for example requests: \'http_requests_total{app="coolkit"}\'',
    })
  }
  const reserved = reservedArguments.find(argument => argument in analysis.args)
  if (reserved === undefined) return
  throw new ConfigurationError({
    problem: `the argument "${reserved}" is supplied by the kit`,
    place: source.placeOf([...path, 'args', reserved], { key: true }),
    cure: `Remove it; use {{args.${reserved}}} in the template`,
  })
}

function unsupported(source: Document, path: Step[], what: string): ConfigurationError {
  return new ConfigurationError({
    problem: `${what} is not supported by this version`,
    place: source.placeOf(path, { key: true }),
    cure: 'Remove it until it is: it would not be honoured',
  })
}

function percentage(text: string): boolean {
  const percent = Number(text.slice(0, -1))
  return percent > 0 && percent <= 100
}
