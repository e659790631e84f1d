import { dump } from 'js-yaml'
import { z } from 'zod'
import { readDocument, validate } from '../../configuration/index.ts'
import { apiVersion, document, requireName } from '../fleet/index.ts'
import type { Release } from './release.ts'

/** Where an app's refused releases are kept. */
export const quarantineFile = (app: string) => `apps/${app}/quarantine.yaml`

/**
 * One refused thing. Without `base`, the image: its digest and its source commit, with any configuration, so that a
 * rebuild does not help. With `base`, that digest with that configuration only.
 */
export type QuarantineEntry = {
  digest: string
  tag: string
  source?: string
  base?: string
  /** When (ISO 8601), who or what put it there, and why. */
  at: string
  by: string
  reason: string
}

const commit = z.string().regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/, 'not a full Git object id')
/** An image may name its commit by as few digits as its tag has. */
const source = z.string().regex(/^[0-9a-f]{7,64}$/, 'not the id of a Git commit')

/** The schema of `quarantine.yaml`, for validation and, through `z.toJSONSchema`, for editors. */
export const quarantineSchema = document(
  'Quarantine',
  z.strictObject({
    entries: z.array(
      z.strictObject({
        digest: z.string().regex(/^sha256:[0-9a-f]{64}$/, 'not a sha256 digest'),
        tag: z.string().min(1),
        source: source.exactOptional().describe('images built from this commit are refused as well'),
        base: commit.exactOptional().describe('only this configuration is refused, not the image'),
        at: z.iso.datetime(),
        by: z.string(),
        reason: z.string(),
      }),
    ),
  }),
)

/** Reads `quarantine.yaml`, newest entry first. Throws a ConfigurationError with the place of what is wrong. */
export function readQuarantine(text: string, app: string): readonly QuarantineEntry[] {
  const source = readDocument(text, quarantineFile(app))
  const { metadata, spec } = validate(source, quarantineSchema)
  requireName(source, metadata.name, app)
  return spec.entries
}

/** Writes the refused releases of an app. */
export function writeQuarantine(app: string, entries: readonly QuarantineEntry[]): string {
  const whole = { apiVersion, kind: 'Quarantine', metadata: { name: app }, spec: { entries } }
  return `# Written by stovepipe: what is refused until a person releases it.\n${dump(whole, { lineWidth: -1, noRefs: true })}`
}

/** The entry that refuses a release, if there is one. */
export function quarantined(entries: readonly QuarantineEntry[], release: Release): QuarantineEntry | undefined {
  return entries.find(entry =>
    entry.base === undefined
      ? entry.digest === release.digest || sameCommit(entry.source, release.source)
      : entry.digest === release.digest && entry.base === release.base,
  )
}

/**
 * What to refuse of a release that failed where `predecessor` was good: the image when the image is what changed (or
 * nothing was there before), and only the pair when nothing but the configuration did. It never refuses what was good:
 * not the commit of a release that is a rebuild of its predecessor's, and nothing (undefined) where the two are the same
 * image with the same configuration, as when a commit changes nothing of what is built.
 */
export function quarantineEntry(
  release: Release,
  predecessor: Release | undefined,
  { at, by, reason }: { at: string; by: string; reason: string },
): QuarantineEntry | undefined {
  const { digest, tag, source, base } = release
  const because = { at, by, reason }
  if (predecessor?.digest === digest) return predecessor.base === base ? undefined : { digest, tag, base, ...because }
  const isRebuild = sameCommit(source, predecessor?.source)
  return { digest, tag, ...(source !== undefined && !isRebuild && { source }), ...because }
}

/** Whether two names of commits, of which either may be cut short, name the same one. */
function sameCommit(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && other !== undefined && (one.startsWith(other) || other.startsWith(one))
}
