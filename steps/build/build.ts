import { relative } from 'node:path'
import { contentKeyOf, formatImageReference } from '../../images/index.ts'
import { compare, confirm, remember } from './after-push.ts'
import { type BuildHost, openAt } from './build-host.ts'
import type { Builder, BuilderName } from './builder.ts'
import { type Commit, readCommit } from './commit.ts'
import { BuildError } from './execute.ts'
import { findBuilder } from './find-builder.ts'
import { imageLabels, revisionLabel } from './labels.ts'
import { attestationsOf, keyOf, lookForSame } from './look.ts'
import { objectionTo } from './objection.ts'
import { isSame, requireOwnRepository } from './own-repository.ts'
import { inFolder, planOf } from './plan.ts'
import type { BuildRequest } from './request.ts'
import { type Held, heldUnder, type Reused } from './reuse.ts'
import { secretValues } from './secrets.ts'

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
  const registry = push ? await openAt(repository, host) : undefined
  let builder: Promise<Builder> | undefined
  const findOnce = () => (builder ??= findBuilder(run, request, request.builder))
  const key = await keyOf(request, commit, source, host, async () => request.builder ?? (await findOnce()).name)
  const before = registry && (await heldUnder(registry, repository, tag, log))
  const about = {
    repository,
    tag,
    commit: commit.id,
    ...(key.kind === 'key' && { contentKey: key.key }),
    ...(source !== undefined && { source }),
    changes: commit.changes.length,
  }
  const reused = ({ digest, labels, reason }: Reused): BuildOutcome => {
    const builtFrom = labels[revisionLabel]
    const held = contentKeyOf(labels)
    return {
      kind: 'reused',
      reason,
      image: formatImageReference({ repository, tag, digest }),
      digest,
      ...about,
      ...(held !== undefined && { contentKey: held }),
      ...(builtFrom !== undefined && { builtFrom }),
      labels,
      duration: clock.now() - started,
    }
  }

  const objection = (held: Held) =>
    objectionTo(held, {
      tag,
      commit: commit.id,
      attestations: request.attested ? digest => attestationsOf({ repository, digest }, host) : undefined,
    })
  const found = await lookForSame(request, { key, tag, before, objection }, registry, log)
  if (found.kind === 'reused') {
    log.info(`Not building ${repository}:${tag}: ${found.image.reason}`)
    return reused(found.image)
  }
  const labels = imageLabels(
    {
      commit,
      source,
      version: tag,
      dockerfile: relative(commit.root, request.file),
      context: relative(commit.root, request.context) || '.',
      target: request.target,
      buildArgs: request.buildArgs,
      contentKey: about.contentKey,
    },
    request.labels,
  )
  if (registry) await requireOwnRepository(registry, { repository, root: commit.root, labels, before }, log)
  // Whether an image is this commit's, and none the worse than a new one. With a content key in its label, nothing was
  // in it that is in no commit.
  const stands = async (held: Held) =>
    commit.changes.length === 0 &&
    contentKeyOf(held.labels) !== undefined &&
    isSame(held.labels, labels) &&
    (await objection(held)) === undefined
  const used = await findOnce()
  log.info(`Building ${repository}:${tag} with ${used.name}: ${found.reason}`)
  const plan = planOf(request, { tag, labels, commit, pull: key.kind === 'key' && key.moving })
  let pushed: string | undefined
  try {
    pushed = await inFolder(host.temporary, folder => used.build(plan, { ...host, hidden, folder }))
  } catch (error) {
    if (!(error instanceof BuildError && error.immutable && before && (await stands(before)))) throw error
    const reason = `${repository}:${tag} is there already, an image of this commit, and the registry lets no tag be moved`
    log.warning(`what was built now is not used: ${reason}`)
    return reused({ ...before, reason })
  }
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
    builder: used.name,
    duration: clock.now() - started,
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
