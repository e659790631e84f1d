import { dump } from 'js-yaml'
import { z } from 'zod'
import { ConfigurationError, readDocument, validate } from '../../configuration/index.ts'
import { apiVersion, document, nameSchema, requireName } from '../fleet/index.ts'
import type { Acceptance, Admission, ClusterRecord, PinRecord, ReleaseRecord, UnderWay } from './record.ts'
import { keyOf, type Release, sameRelease } from './release.ts'

/** Where an app's record is kept. */
export const recordFile = (app: string) => `apps/${app}/release.yaml`

const time = z.iso.datetime().describe('when, in UTC')
const commit = z.string().regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/, 'not a full Git object id')
/** An image may name its commit by as few digits as its tag has. */
const source = z.string().regex(/^[0-9a-f]{7,64}$/, 'not the id of a Git commit')
const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/, 'not a sha256 digest')
/** A key of `spec.releases`: each release is written once and named where it is meant. */
const reference = z.string().min(1)

/** The schema of a release, shared by all that the kit writes about one. */
export const releaseSchema = z.strictObject({
  repository: z.string().min(1),
  tag: z.string().min(1),
  digest,
  source: source.exactOptional().describe('the commit the image was built from'),
  base: commit.describe('the Git tree of base/'),
})

const analysis = z.strictObject({ message: z.string(), requests: z.number().exactOptional() })
const acceptance = z.strictObject({
  release: reference,
  how: z.enum(['passed', 'adopted', 'joined', 'override']),
  at: time,
  evidence: z
    .strictObject({
      wave: z.string(),
      observer: z.string(),
      provesSync: z.boolean().describe('whether the observer proves that the cluster took over this commit'),
      healthySince: time,
      health: z.string(),
      analysis: analysis.exactOptional(),
    })
    .exactOptional(),
  reason: z.string().exactOptional(),
})

const clusterSchema = z.strictObject({
  pin: z
    .strictObject({
      to: reference,
      from: reference.describe('a release, none, or unknown'),
      at: time,
      parent: commit.describe('the commit it was written on'),
      joining: z.boolean().exactOptional().describe('the cluster joined with it, outside the waves'),
    })
    .exactOptional(),
  gate: z
    .strictObject({
      healthySince: time.exactOptional(),
      attempts: z.number().int().nonnegative(),
      running: z.strictObject({ run: z.string(), at: time }).exactOptional(),
      passed: analysis.exactOptional(),
    })
    .exactOptional(),
  accepted: z.array(acceptance).exactOptional(),
})

const specSchema = z.strictObject({
  suspended: z.strictObject({ at: time, by: z.string(), reason: z.string() }).exactOptional(),
  next: z.strictObject({ release: reference, at: time, run: z.string() }).exactOptional(),
  current: z
    .strictObject({
      release: reference,
      admittedAt: time,
      run: z.string(),
      phase: z.enum(['promoting', 'held', 'promoted', 'rolling-back', 'rolled-back', 'rollback-failed']),
      reason: z.string().exactOptional(),
      blamed: nameSchema
        .exactOptional()
        .describe('the cluster whose gate it did not pass, where it went back or is held for that'),
      batch: z
        .strictObject({ wave: z.string(), clusters: z.array(nameSchema), at: time, parent: commit })
        .exactOptional(),
      approvals: z
        .array(
          z.strictObject({
            wave: z.string().describe('whose gate it is part of'),
            environment: z.string(),
            by: z.string().describe('who approved'),
            at: time,
            run: z.string().describe('the run that recorded it'),
          }),
        )
        .exactOptional()
        .describe('by people, of this release only: they end with it'),
      rollback: z
        .strictObject({
          at: time,
          reason: z.string(),
          clusters: z.array(nameSchema).describe('where something was put back'),
          stuck: z.array(nameSchema).describe('where nothing was accepted before'),
          kept: z.array(nameSchema).exactOptional().describe('not chosen: they keep what they hold'),
        })
        .exactOptional(),
    })
    .exactOptional(),
  yieldedAfterCanary: z.boolean().exactOptional(),
  admitted: z.array(reference).exactOptional().describe('newest first'),
  clusters: z.record(nameSchema, clusterSchema).default({}),
  releases: z.record(z.string(), releaseSchema).default({}),
})

/** The schema of `release.yaml`, for validation and, through `z.toJSONSchema`, for editors. */
export const recordSchema = document('Release', specSchema)

/** Reads `release.yaml`. Throws a ConfigurationError with the place of what is wrong. */
export function readRecord(text: string, app: string): ReleaseRecord {
  const source = readDocument(text, recordFile(app))
  const { metadata, spec } = validate(source, recordSchema)
  requireName(source, metadata.name, app)
  const resolve = (name: string): Release => {
    const release = Object.hasOwn(spec.releases, name) ? spec.releases[name] : undefined
    if (release) return release
    throw new ConfigurationError({
      problem: 'spec.releases lacks a release that the record names',
      place: source.placeOf(['spec', 'releases']),
      value: name,
      cure: `Restore ${recordFile(app)} from its last commit`,
    })
  }
  const { current, next } = spec
  return {
    app,
    ...(spec.suspended && { suspended: spec.suspended }),
    ...(next && { next: { ...next, release: resolve(next.release) } satisfies Admission }),
    ...(current && { current: { ...current, release: resolve(current.release) } satisfies UnderWay }),
    yieldedAfterCanary: spec.yieldedAfterCanary ?? false,
    admitted: (spec.admitted ?? []).map(resolve),
    clusters: mapValues(spec.clusters, ({ pin, gate, accepted }): ClusterRecord => {
      const from = pin?.from
      return {
        ...(pin && {
          pin: {
            ...pin,
            to: resolve(pin.to),
            from: from === 'none' || from === 'unknown' ? from : resolve(pin.from),
          } satisfies PinRecord,
        }),
        ...(gate && { gate }),
        accepted: (accepted ?? []).map((each): Acceptance => ({ ...each, release: resolve(each.release) })),
      }
    }),
  }
}

const header = '# Written by stovepipe: which release is under way, and what is accepted where.\n'

/**
 * Writes a record, its keys in the order of the schema, so that equal records give equal bytes; reading them gives the
 * record back, and what could not be read back is never written.
 */
export function writeRecord(record: ReleaseRecord): string {
  const releases: Record<string, Release> = {}
  const refer = (release: Release): string => {
    const plain = keyOf(release)
    for (let copy = 1; ; copy += 1) {
      const name = copy === 1 ? plain : `${plain}-${copy}`
      const taken = releases[name]
      if (taken && !identical(taken, release)) continue
      releases[name] = release
      return name
    }
  }
  const { suspended, next, current, yieldedAfterCanary, admitted, clusters } = record
  const spec = {
    ...(suspended && { suspended }),
    ...(next && { next: { ...next, release: refer(next.release) } }),
    ...(current && { current: { ...current, release: refer(current.release) } }),
    ...(yieldedAfterCanary && { yieldedAfterCanary }),
    ...(admitted.length > 0 && { admitted: admitted.map(refer) }),
    clusters: mapValues(sorted(clusters), ({ pin, gate, accepted }) => ({
      ...(pin && {
        pin: { ...pin, to: refer(pin.to), from: typeof pin.from === 'string' ? pin.from : refer(pin.from) },
      }),
      ...(gate && { gate }),
      ...(accepted.length > 0 && { accepted: accepted.map(each => ({ ...each, release: refer(each.release) })) }),
    })),
  }
  const whole = {
    apiVersion,
    kind: 'Release',
    metadata: { name: record.app },
    spec: specSchema.parse({ ...spec, releases: sorted(releases) }),
  }
  return header + dump(whole, { lineWidth: -1, noRefs: true })
}

function identical(one: Release, other: Release): boolean {
  return sameRelease(one, other) && one.repository === other.repository && one.source === other.source
}

function mapValues<From, To>(from: Readonly<Record<string, From>>, map: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(from).map(([key, value]) => [key, map(value)]))
}

function sorted<Value>(from: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(from).sort(([one], [other]) => (one < other ? -1 : 1)))
}
