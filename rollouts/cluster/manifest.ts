import { randomInt } from 'node:crypto'
import type { AnalysisRunSpec } from '../analysis/index.ts'

export const analysisRuns = { group: 'argoproj.io', version: 'v1alpha1', plural: 'analysisruns' }

/** Marks a run as ours: the request that made it may be sent twice, and its answer lost. */
export const invocationLabel = 'stovepipe.dev/invocation'

export type Origin = {
  /** What the run is of, for example the names of its templates. */
  name: string
  /** Who asked for it, for example the address of a workflow's run. */
  from?: string
  /** Unique to this run. */
  invocation: string
}

/**
 * The AnalysisRun that is created: whole in itself, so the cluster needs no template, and nobody's. Its name is drawn
 * here and not by the server (`generateName`), so that a creation whose answer was lost can be sent again without making
 * a second run.
 */
export function manifestOf(spec: AnalysisRunSpec, { name, from, invocation }: Origin, suffix = randomSuffix()) {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AnalysisRun',
    metadata: {
      name: runName(name, suffix),
      labels: { 'app.kubernetes.io/managed-by': 'stovepipe', [invocationLabel]: invocation },
      annotations: { 'stovepipe.dev/templates': name, ...(from !== undefined && { 'stovepipe.dev/created-by': from }) },
    },
    spec,
  }
}

export type AnalysisRunManifest = ReturnType<typeof manifestOf>

/** A name that Kubernetes takes, and that fits into a label: at most 63 characters. */
export function runName(name: string, suffix: string): string {
  const base = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 62 - suffix.length)
    .replace(/^-+|-+$/g, '')
  return `${base || 'analysis'}-${suffix}`
}

/** Without vowels and what looks like one, as Kubernetes draws its own (`k8s.io/apimachinery`, util/rand). */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789'

function randomSuffix(): string {
  return Array.from({ length: 8 }, () => alphabet[randomInt(alphabet.length)]).join('')
}
