import { ConfigurationError } from '../../configuration/index.ts'
import { type Pipeline, pipelineOf } from '../../gitops/fleet/index.ts'
import { promote as carry, type Outcome, type Promotion } from '../../gitops/promotion/index.ts'
import type { OpenRepository, RepositoryPorts, Token } from '../../gitops/repository/index.ts'
import type { Clock, Log } from '../../host/index.ts'
import { type Credentials, openRegistry, parseImageReference, splitRepository } from '../../images/index.ts'
import type { ClusterHost } from '../../kubernetes/index.ts'
import { createPrometheus } from '../../rollouts/prometheus/index.ts'
import { requireAttestation } from '../attestation/index.ts'
import { openSource } from '../source/index.ts'
import { analysisJudge, prometheusUrl } from './analysis-judge.ts'
import { type Listener, overheard } from './listener.ts'
import { openObserver } from './observer.ts'
import { type Offer, readOffer, requireOwn } from './offer.ts'
import type { PromoteRequest } from './request.ts'

/** The outside world as a promotion touches it. */
export type PromoteHost = {
  /** The GitOps repository, opened. */
  repository: Omit<OpenRepository, 'close'>
  clock: Clock
  log: Log
  fetch: typeof fetch
  signal: AbortSignal
  /** For the Git history of the application's repository. */
  git: Omit<RepositoryPorts, 'clock' | 'log'>
  /** The server that an `owner/name` is on, and the token that may read the application's repository there. */
  server: string
  tokenFor?(repository: string): Token | undefined
  /** Finds the credentials to ask a registry with. */
  credentials(registry: string): Promise<Credentials>
  /** For an observer that reads clusters. */
  kubernetes: ClusterHost
  /** Who is told what happens. */
  listeners?: readonly Listener[]
  /** Names this run; no two runs may share it, not even two attempts of one job. */
  run: string
}

/**
 * Carries an app's release through its pipeline: asks the registry about the image that is offered, the application's
 * repository for the order of commits, the observer for health, Prometheus for verdicts, and joins them with the protocol of
 * `gitops/promotion`. Throws a ConfigurationError, a RegistryError, a RepositoryUnreachableError, or the signal's
 * reason; whatever it throws, the next run goes on from what is in Git.
 */
export async function promote(request: PromoteRequest, host: PromoteHost): Promise<Outcome> {
  const { repository, clock, log, fetch } = host
  const tree = await repository.head()
  const pipeline = pipelineOf(tree, request.app)
  if (pipeline && request.until?.kind === 'wave') requireWave(pipeline, request.until.name)
  if (pipeline && request.approve) requireApproval(pipeline, request.approve.wave)
  const offer = request.image === undefined ? undefined : await askRegistry(request.image, host)
  if (offer && pipeline) {
    requireOwn(offer, pipeline.image, request.app)
    await requireAttestation(offer, pipeline, { tree, find: image => attestationsOf(image, host) })
  }
  const ancestry = await openSource(sourceOf(pipeline?.source, offer, host), {
    ...host.git,
    clock,
    log,
    signal: host.signal,
  })
  const prometheusOf = clientPerUrl(host)
  const judge = analysisJudge({ clock, fetch, prometheusOf, head: () => repository.head() })
  try {
    return await carry(promotion(request, offer, host), {
      ...overheard({ repository, judge }, host.listeners ?? [], host),
      observer: await openObserver(request.observer, { ...host, prometheusOf }),
      ancestry,
      clock,
      log,
    })
  } finally {
    await ancestry.close()
  }
}

function promotion(request: PromoteRequest, offer: Offer | undefined, { run, signal, clock }: PromoteHost): Promotion {
  const { app, until, approve, redeploy, dryRun } = request
  const offered = offer && { ...offer.image, source: offer.source }
  return {
    app,
    run,
    redeploy,
    dryRun,
    signal,
    poll,
    ...(offered && { offer: offered }),
    ...(approve && { approve }),
    ...(until?.kind === 'admitted' && { admitOnly: true }),
    ...(until?.kind === 'duration' && { until: clock.now() + until.ms }),
    ...(until?.kind === 'wave' && { untilWave: until.name }),
  }
}

function requireWave({ app, waves }: Pipeline, name: string): void {
  if (waves.some(wave => wave.name === name)) return
  throw new ConfigurationError({
    problem: `no wave of ${app} has this name`,
    place: { input: 'until' },
    value: name,
    cure: `Its waves are ${waves.map(wave => wave.name).join(', ')}; admitted or a duration work too`,
  })
}

function requireApproval({ app, waves }: Pipeline, name: string): void {
  const asking = waves.filter(({ gate }) => gate.approval).map(wave => wave.name)
  if (asking.includes(name)) return
  throw new ConfigurationError({
    problem: `the gate of no such wave of ${app} asks for an approval`,
    place: { input: 'approve' },
    value: name,
    cure: asking.length === 0 ? 'None of its gates asks for one' : `Those that do: ${asking.join(', ')}`,
  })
}

async function askRegistry(image: string, { fetch, credentials, log, clock, signal }: PromoteHost): Promise<Offer> {
  const { registry } = splitRepository(parseImageReference(image, { input: 'image' }).repository)
  return readOffer(image, openRegistry({ fetch, credentials: await credentials(registry), log, clock, signal }))
}

async function attestationsOf(image: { repository: string; digest: string }, host: PromoteHost) {
  const { findAttestations } = await import('../../images/attestations/index.ts')
  const { fetch, credentials, log, clock, signal } = host
  const { registry } = splitRepository(image.repository)
  return findAttestations(image, { fetch, credentials: await credentials(registry), log, clock, signal })
}

/** Milliseconds between two looks at HEAD and at health. */
export const poll = 5000

/**
 * Where the order of commits is asked: what the pipeline names, or else what the image says of itself. Only an address
 * from the pipeline is trusted with the token, and only on the token's own server: anybody can label an image.
 */
function sourceOf(named: string | undefined, offer: Offer | undefined, { server, tokenFor }: PromoteHost) {
  const repository = named ?? offer?.repository
  const trusted = named !== undefined && URL.parse(named)?.origin === URL.parse(server)?.origin
  const token = trusted ? tokenFor?.(named) : undefined
  return { repository, server, ...(token !== undefined && { token }) }
}

/** A client of the Prometheus that a cluster names. */
export function clientPerUrl({ fetch, clock }: Pick<PromoteHost, 'fetch' | 'clock'>) {
  return (cluster: Parameters<typeof prometheusUrl>[0]) =>
    createPrometheus({ url: prometheusUrl(cluster), fetch, now: () => clock.now() })
}
