import { addLabel, type Pull, removeLabel } from '../../github/index.ts'
import { formatImageReference, parseImageReference } from '../../images/index.ts'
import { openApplications } from '../promote/index.ts'
import { lookAt, type Sighting } from './argocd.ts'
import { about, full, say, stop } from './begin.ts'
import { openDeployment, retireDeployments } from './deployment.ts'
import { timeOf } from './marker.ts'
import type { PreviewOutcome } from './outcome.ts'
import type { Built, Watch } from './request.ts'
import { livingBeside, placesTaken } from './room.ts'
import { look, optional, type Session } from './session.ts'
import { isLive, readyLabel } from './standing.ts'
import { readSticky } from './sticky.ts'
import { argocdText, bodyOf, type Facts, failedText, readyText } from './words.ts'

/**
 * Hands a pushed image to Argo CD by the label, if the pull request still stands at exactly the commit it was built
 * from. It is looked at right before and right after: what moved in between takes the label away again.
 */
export async function ready(session: Session, built: Built, watch?: Watch): Promise<PreviewOutcome> {
  const { host, repository, number } = session
  const pull = await look(session)
  const early = await end(session, pull, built)
  if (early) return early
  if (built.result !== 'success') return failed(session, built, pull)
  const others = await livingBeside(session)
  if (others.length >= session.limit) return full(session, pull.head, others)

  const labelledAt = (await readyBefore(session, built.head)) ?? host.clock.now()
  const deployment = await openDeployment(session, built.head, labelledAt)
  const withoutLabel = async (outcome: PreviewOutcome) => {
    await deployment.tell({ state: 'inactive', description: 'The preview is gone' })
    return outcome
  }
  const before = await end(session, await look(session), built)
  if (before) return withoutLabel(before)
  await addLabel(host.github, repository, number, readyLabel)
  const taken = await placesTaken(session, others)
  const after = await end(session, await look(session), built)
  if (after || taken.length >= session.limit) {
    await removeLabel(host.github, repository, number, readyLabel)
    return withoutLabel(after ?? (await full(session, pull.head, taken)))
  }
  await retireDeployments(session, built.head)
  return follow(session, { built, labelledAt, deployment, ...(watch && { watch }) })
}

/** When this commit was handed over, if a run before did so: its age does not begin anew. */
async function readyBefore(session: Session, head: string): Promise<number | undefined> {
  const { host, repository, owner } = session
  const memory = await optional(session, 'the comment', () => readSticky({ github: host.github, repository, owner }))
  return memory?.state === 'ready' && memory.head === head ? timeOf(memory.since, host.clock.now()) : undefined
}

type Handed = {
  built: Built
  labelledAt: number
  deployment: Awaited<ReturnType<typeof openDeployment>>
  watch?: Watch
}

/** Says that it was handed over, and how Argo CD fares with it. */
async function follow(session: Session, { built, labelledAt, deployment, watch }: Handed): Promise<PreviewOutcome> {
  const { clock } = session.host
  const told = async (argocd: Sighting) => {
    const facts: Facts = { built, argocd, labelledAt, ...(argocd.kind === 'healthy' && { healthyAt: clock.now() }) }
    const markdown = readyText(session, facts)
    await say(session, bodyOf({ session, state: 'ready', head: built.head, since: labelledAt, markdown }))
    return markdown
  }
  const handed = 'Handed to Argo CD'
  await deployment.tell({ state: 'in_progress', description: watch ? handed : `${handed}, which is not asked` })
  let markdown = await told(watch ? { kind: 'absent' } : { kind: 'not-asked' })
  let argocd: Sighting = { kind: 'not-asked' }
  if (watch) {
    const seen = await wait(session, built, watch)
    if ('result' in seen) return seen
    argocd = seen
    markdown = await told(argocd)
    if (argocd.kind === 'healthy') await deployment.tell({ state: 'success', description: 'Synced and Healthy' })
    if (argocd.kind === 'degraded') await deployment.tell({ state: 'failure', description: argocd.message })
  }
  const reason = `${session.name} was handed to Argo CD: ${built.image}; it ${argocdText(argocd)}`
  return { ...about(session, built), result: 'ready', reason, markdown, argocd }
}

/** Milliseconds between two looks at Argo CD. */
const pause = 10_000

/** Waits until it is healthy, the time is over, or the pull request has no use for it any more. */
async function wait(session: Session, built: Built, { choice, wait }: Watch): Promise<Sighting | PreviewOutcome> {
  const { host, app, number } = session
  const find = await openApplications(choice, host)
  const { repository, tag } = parseImageReference(built.image)
  const image = formatImageReference({ repository, ...(tag !== undefined && { tag }) })
  const deadline = host.clock.now() + wait
  for (;;) {
    const seen = await lookAt(find, { app, number, image }, host.signal)
    const over = await end(session, await look(session), built)
    if (over) return over
    if (seen.kind === 'healthy' || host.clock.now() >= deadline) return seen
    await host.clock.sleep(pause, host.signal)
  }
}

/** Why this build has nothing more to do; undefined while its commit is the head of a pull request that wants it. */
async function end(session: Session, pull: Pull, { head }: Built): Promise<PreviewOutcome | undefined> {
  const stopped = await stop(session, pull)
  if (stopped) return { ...stopped, build: 'no' }
  if (pull.head === head) return undefined
  const reason = `${head} is no longer the head: the run of ${pull.head} goes on`
  return { ...about(session, pull), result: 'outdated', reason, markdown: `${reason}\n` }
}

async function failed(session: Session, built: Built, pull: Pull): Promise<PreviewOutcome> {
  if (built.result === 'cancelled' && (isLive(pull) || (await begunAnew(session, built)))) {
    const reason = `this build of ${built.head} was cancelled: another run builds it, or has`
    return { ...about(session, built), result: 'outdated', reason, markdown: `${reason}\n` }
  }
  const markdown = failedText(session, built)
  await say(session, bodyOf({ session, state: 'failed', head: built.head, markdown }))
  const reason = `there is no ${session.name}: its build ended as ${built.result}`
  return { ...about(session, built), result: 'failed', reason, markdown }
}

/**
 * Whether the comment is no longer that of this run's own beginning. Two events at once, such as a pull request that is
 * opened with its label, start two runs of one commit, and the build of the second cancels that of the first.
 */
async function begunAnew(session: Session, { head, started }: Built): Promise<boolean> {
  const { host, repository, owner } = session
  const memory = await optional(session, 'the comment', () => readSticky({ github: host.github, repository, owner }))
  if (!memory) return false
  return memory.state !== 'building' || memory.head !== head || (started !== undefined && memory.since > started)
}
