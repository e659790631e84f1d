import { mkdtemp, rm } from 'node:fs/promises'
import { arch } from 'node:os'
import { join, relative } from 'node:path'
import type { Clock, Log, RunCommand } from '../../host/index.ts'
import {
  type Credentials,
  formatImageReference,
  isLoopback,
  openRegistry,
  parseImageReference,
  type Registry,
  splitRepository,
} from '../../images/index.ts'
import { compare, confirm, remember } from './after-push.ts'
import type { BuilderName, BuildPlan } from './builder.ts'
import { type Commit, readCommit } from './commit.ts'
import { type ContentKey, contentKey } from './content-key.ts'
import { findBuilder } from './find-builder.ts'
import { imageLabels, revisionLabel } from './labels.ts'
import { requireOwnRepository } from './own-repository.ts'
import type { BuildRequest } from './request.ts'
import { type Held, heldUnder, type Reused, reuse } from './reuse.ts'
import { secretValues } from './secrets.ts'

/** The outside world as a build touches it. */
export type BuildHost = {
  run: RunCommand
  fetch: typeof fetch
  clock: Clock
  log: Log
  signal: AbortSignal
  /** A folder for temporary files. */
  temporary: string
  /** Finds the credentials to ask a registry with; the builder finds its own. */
  credentials: (registry: string) => Promise<Credentials>
  /** Where the values of secrets are. */
  env?: Readonly<Record<string, string | undefined>>
  /** The URL of the source repository, for a checkout that has no `origin`. */
  source?: string
}

/** What was built, or found built already. Without a push there is no digest: a registry gives it. */
export type BuildOutcome = {
  kind: 'pushed' | 'built' | 'reused'
  /** Why it was built, or not. */
  reason: string
  /** `repository:tag@sha256:…`; without the digest when it was not pushed. */
  image: string
  repository: string
  tag: string
  digest?: string
  /** The same for every commit whose build has the same ingredients; undefined when that cannot be said. */
  contentKey?: string
  commit: string
  /** The commit that a reused image was built from. */
  builtFrom?: string
  source?: string
  labels: Readonly<Record<string, string>>
  /** Undefined for a reused image. */
  builder?: BuilderName
  /** How many files of the context were not as the commit has them. */
  changes: number
  /** How long all of it took, in milliseconds. */
  duration: number
}

/**
 * Builds an image from a checkout, named after its commit, and pushes it; if the registry has one of the same content,
 * that one is given the commit's tag instead. The digest is the registry's answer to the tag, compared with what the
 * builder says it pushed. Throws a ConfigurationError, BuildError or RegistryError.
 */
export async function build(request: BuildRequest, host: BuildHost): Promise<BuildOutcome> {
  const { run, clock, log } = host
  const started = clock.now()
  const hidden = await secretValues(request.secrets, host.env ?? {})
  const commit = await readCommit(run, request.context, request.file)
  const tag = request.tag ?? `sha-${commit.id.slice(0, 12)}`
  const source = commit.origin ?? host.source
  if (commit.changes.length > 0) log.warning(uncommitted(commit))
  const { repository, push } = request
  const registry = push ? await open(repository, host) : undefined
  const key = await keyOf(request, commit, source, host)
  const before = registry && (await heldUnder(registry, repository, tag, log))
  const about = {
    repository,
    tag,
    commit: commit.id,
    ...(key.kind === 'key' && { contentKey: key.key }),
    ...(source !== undefined && { source }),
    changes: commit.changes.length,
  }

  const found = await lookForSame(request, { key, tag, before }, registry, log)
  if (found.kind === 'reused') {
    const { digest, labels, reason } = found.image
    const builtFrom = labels[revisionLabel]
    log.info(`Not building ${repository}:${tag}: ${reason}`)
    return {
      kind: 'reused',
      reason,
      image: formatImageReference({ repository, tag, digest }),
      digest,
      ...about,
      ...(builtFrom !== undefined && { builtFrom }),
      labels,
      duration: clock.now() - started,
    }
  }
  const labels = imageLabels(
    {
      commit,
      source,
      version: tag,
      dockerfile: relative(commit.root, request.file),
      context: relative(commit.root, request.context) || '.',
      target: request.target,
      contentKey: about.contentKey,
    },
    request.labels,
  )
  if (registry) await requireOwnRepository(registry, { repository, root: commit.root, labels, before }, log)
  const builder = await findBuilder(run, request, request.builder)
  log.info(`Building ${repository}:${tag} with ${builder.name}: ${found.reason}`)
  const pushed = await inFolder(host.temporary, folder =>
    builder.build(planOf(request, tag, labels, commit), { ...host, hidden, folder }),
  )
  if (pushed !== undefined && registry) {
    await confirm(registry, { repository, tag }, pushed)
    if (about.contentKey !== undefined) await remember(registry, { repository, digest: pushed }, about.contentKey, log)
    if (commit.changes.length === 0) await compare(registry, { repository, digest: pushed }, { before, commit, log })
  }
  return {
    kind: pushed === undefined ? 'built' : 'pushed',
    reason: found.reason,
    image: formatImageReference({ repository, tag, ...(pushed !== undefined && { digest: pushed }) }),
    ...about,
    ...(pushed !== undefined && { digest: pushed }),
    labels,
    builder: builder.name,
    duration: clock.now() - started,
  }
}

async function open(repository: string, host: BuildHost): Promise<Registry> {
  return openRegistry({ ...host, credentials: await host.credentials(splitRepository(repository).registry) })
}

/** The content key of an image that is to be pushed; for another one nobody is asked for its base images. */
async function keyOf(
  request: BuildRequest,
  commit: Commit,
  source: string | undefined,
  host: BuildHost,
): Promise<ContentKey> {
  if (!request.push) return { kind: 'none', reason: 'nothing is pushed' }
  const resolve = async (image: string) => {
    const reference = parseImageReference(image)
    return (await (await open(reference.repository, host)).resolve(reference)).digest
  }
  return contentKey(request, commit, source, { run: host.run, resolve, architecture: arch() })
}

/** Looks for an image of the same content; gives it, or the reason to build. */
async function lookForSame(
  { repository, skip }: BuildRequest,
  { key, tag, before }: { key: ContentKey; tag: string; before: Held | undefined },
  registry: Registry | undefined,
  log: Log,
): Promise<{ kind: 'reused'; image: Reused } | { kind: 'build'; reason: string }> {
  if (!registry) return { kind: 'build', reason: 'nothing is pushed' }
  if (!skip) return { kind: 'build', reason: '`skip` is false' }
  if (key.kind === 'none') return { kind: 'build', reason: key.reason }
  const image = await reuse(registry, { repository, tag, key: key.key, before }, log)
  return image ? { kind: 'reused', image } : { kind: 'build', reason: 'the registry has no image of this content' }
}

async function inFolder<Result>(temporary: string, work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(temporary, 'stovepipe-build-'))
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function planOf(request: BuildRequest, tag: string, labels: BuildPlan['labels'], commit: Commit): BuildPlan {
  const { repository, tag: _tag, labels: _labels, skip: _skip, builder: _builder, ...rest } = request
  const { registry, path } = splitRepository(repository)
  return {
    ...rest,
    reference: `${registry}/${path}:${tag}`,
    labels,
    epoch: commit.time,
    ...(isLoopback(registry) && { insecure: registry }),
  }
}

function uncommitted({ id, changes }: Commit): string {
  const shown = changes
    .slice(0, 5)
    .map(line => line.slice(3))
    .join(', ')
  const more = changes.length > 5 ? ` and ${changes.length - 5} more` : ''
  return `the image is named after commit ${id.slice(0, 12)}, but is built with what is not in it: ${shown}${more}`
}
