import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock, Log, RunCommand } from '../../host/index.ts'
import {
  type Credentials,
  formatImageReference,
  isLoopback,
  openRegistry,
  RegistryError,
  splitRepository,
} from '../../images/index.ts'
import type { BuilderName, BuildPlan } from './builder.ts'
import { type Commit, readCommit } from './commit.ts'
import { findBuilder } from './find-builder.ts'
import { imageLabels } from './labels.ts'
import type { BuildRequest } from './request.ts'

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
  /** The URL of the source repository, for a checkout that has no `origin`. */
  source?: string
}

/** What was built. Without a push there is no digest: a registry gives it. */
export type BuildOutcome = {
  kind: 'pushed' | 'built'
  /** `repository:tag@sha256:…`; without the digest when it was not pushed. */
  image: string
  repository: string
  tag: string
  digest?: string
  commit: string
  source?: string
  labels: Readonly<Record<string, string>>
  builder: BuilderName
  /** How many files of the context were not as the commit has them. */
  changes: number
  /** How long building and pushing took, in milliseconds. */
  duration: number
}

/**
 * Builds an image from a checkout, named after its commit, and pushes it. The digest is the registry's answer to the
 * tag, compared with what the builder says it pushed. Throws a ConfigurationError, BuildError or RegistryError.
 */
export async function build(request: BuildRequest, host: BuildHost): Promise<BuildOutcome> {
  const { run, clock, log } = host
  const commit = await readCommit(run, request.context)
  const tag = request.tag ?? `sha-${commit.id.slice(0, 12)}`
  const source = commit.origin ?? host.source
  const labels = imageLabels({ commit, source, version: tag }, request.labels)
  if (commit.changes.length > 0) log.warning(uncommitted(commit))
  const builder = await findBuilder(run, request.builder)
  log.info(`Building ${request.repository}:${tag} with ${builder.name}`)

  const started = clock.now()
  const folder = await mkdtemp(join(host.temporary, 'stovepipe-build-'))
  try {
    const pushed = await builder.build(planOf(request, tag, labels, commit), { ...host, folder })
    const digest =
      pushed === undefined ? undefined : await confirm({ repository: request.repository, tag }, pushed, host)
    return {
      kind: digest === undefined ? 'built' : 'pushed',
      image: formatImageReference({ repository: request.repository, tag, ...(digest !== undefined && { digest }) }),
      repository: request.repository,
      tag,
      ...(digest !== undefined && { digest }),
      commit: commit.id,
      ...(source !== undefined && { source }),
      labels,
      builder: builder.name,
      changes: commit.changes.length,
      duration: clock.now() - started,
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function planOf(request: BuildRequest, tag: string, labels: BuildPlan['labels'], commit: Commit): BuildPlan {
  const { registry, path } = splitRepository(request.repository)
  const { context, file, target, buildArgs, push } = request
  return {
    reference: `${registry}/${path}:${tag}`,
    context,
    file,
    ...(target !== undefined && { target }),
    buildArgs,
    labels,
    epoch: commit.time,
    push,
    ...(isLoopback(registry) && { insecure: registry }),
  }
}

/** Asks the registry what the tag names now. Another digest than the one pushed means that somebody else pushed too. */
async function confirm(named: { repository: string; tag: string }, pushed: string, host: BuildHost): Promise<string> {
  const credentials = await host.credentials(splitRepository(named.repository).registry)
  const { digest } = await openRegistry({ ...host, credentials }).resolve(named)
  if (digest === pushed) return digest
  throw new RegistryError('invalid', {
    problem: `the registry says that ${formatImageReference(named)} is ${digest}, but ${pushed} was just pushed to it`,
    cure: 'Something else pushed the same tag at the same time: see that one build runs for each commit, then run this again',
  })
}

function uncommitted({ id, changes }: Commit): string {
  const shown = changes
    .slice(0, 5)
    .map(line => line.slice(3))
    .join(', ')
  const more = changes.length > 5 ? ` and ${changes.length - 5} more` : ''
  return `the image is named after commit ${id.slice(0, 12)}, but is built with what is not in it: ${shown}${more}`
}
