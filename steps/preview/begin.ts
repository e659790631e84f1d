import { type Pull, removeLabel } from '../../github/index.ts'
import { retireDeployments } from './deployment.ts'
import type { PreviewOutcome } from './outcome.ts'
import { livingBeside } from './room.ts'
import { look, optional, type Session } from './session.ts'
import { isLive, readyLabel, standingOf } from './standing.ts'
import { writeSticky } from './sticky.ts'
import { withdraw } from './withdraw.ts'
import { bodyOf, buildingText, forkText, goneText, limitText } from './words.ts'

/**
 * Looks at a pull request and makes room for its next preview: the label goes before anything is built, so that what was
 * pushed is deployed by no build but its own. Says what to build.
 */
export async function begin(session: Session): Promise<PreviewOutcome> {
  const started = session.host.clock.now()
  const pull = await look(session)
  const stopped = await stop(session, pull)
  if (stopped) return { ...stopped, started }
  const { host, repository, number } = session
  if (isLive(pull)) await removeLabel(host.github, repository, number, readyLabel)
  await retireDeployments(session)
  const others = await livingBeside(session)
  if (others.length >= session.limit) return { ...(await full(session, pull.head, others)), build: 'check', started }
  const markdown = buildingText(session, pull.head)
  await say(session, bodyOf({ session, state: 'building', head: pull.head, since: started, markdown }))
  return {
    ...about(session, pull),
    result: 'building',
    reason: `${session.name} is to be built from ${pull.head}`,
    markdown,
    build: 'push',
    started,
  }
}

/** What ends it for a pull request that gets no preview as it stands; undefined for one that does. */
export async function stop(session: Session, pull: Pull): Promise<PreviewOutcome | undefined> {
  const standing = standingOf(pull, session.label)
  const outcome = about(session, pull)
  switch (standing) {
    case 'wanted':
      return undefined
    case 'fork': // its token may write nothing, whoever asks
      return {
        ...outcome,
        result: 'fork',
        reason: 'a fork is built, not deployed',
        markdown: forkText(session),
        build: 'check',
      }
    case 'closed':
    case 'not-asked': {
      // A fork's run may write nothing: what somebody labelled there is left to the scheduled run.
      const had = !pull.fork && (await withdraw(session, { why: standing, head: pull.head, live: isLive(pull) }))
      const reason = standing === 'closed' ? 'the pull request is closed' : `nobody asked for it with ${session.label}`
      return {
        ...outcome,
        result: standing,
        reason: had ? `${session.name} was taken away: ${reason}` : `there is no ${session.name}: ${reason}`,
        markdown: goneText(session, standing, pull.head),
        build: standing === 'closed' ? 'no' : 'check',
      }
    }
  }
}

/** Says that there is no room. */
export async function full(session: Session, head: string, live: readonly number[]): Promise<PreviewOutcome> {
  const markdown = limitText(session, live)
  await say(session, bodyOf({ session, state: 'limit', head, markdown }))
  const reason = `${live.length} previews live already, of ${session.limit} at once: ${session.name} has to wait`
  session.host.log.warning(reason)
  return { ...about(session, { head }), result: 'limit', reason, markdown }
}

export async function say({ host, repository, owner }: Session, body: string): Promise<void> {
  await optional({ host }, 'the comment', () => writeSticky({ github: host.github, repository, owner }, body))
}

/** What every outcome on one pull request says. */
export function about({ name, url }: Session, { head }: Pick<Pull, 'head'>) {
  return { name, head, ...(url !== undefined && { url }), build: 'no' } as const
}
