import { explainError, formatDuration } from '../../configuration/index.ts'
import { listOpenPulls, type Pull, removeLabel } from '../../github/index.ts'
import { code } from './code.ts'
import { deployedSince } from './deployment.ts'
import type { PreviewOutcome } from './outcome.ts'
import type { PreviewSettings } from './request.ts'
import { type Host, openSession, optional, type Session } from './session.ts'
import { isLive, readyLabel, standingOf } from './standing.ts'
import { readSticky } from './sticky.ts'
import { withdraw } from './withdraw.ts'

/**
 * Takes away every preview that is older than its lifetime, that nobody asks for any more, or that stands on a fork. The
 * label to ask with goes too, so that the next push does not bring it back. One that cannot be taken away keeps none
 * of the others. Throws at the end if there was any.
 */
export async function expire(settings: PreviewSettings, host: Host): Promise<PreviewOutcome> {
  const live = (await listOpenPulls(host.github, settings.repository)).filter(isLive)
  const gone: number[] = []
  const failures: unknown[] = []
  for (const pull of live) {
    try {
      const session = openSession(settings, pull.number, host)
      const why = await reason(session, pull)
      if (why === undefined) continue
      await takeAway(session, pull, why)
      host.log.info(`#${pull.number}: ${why}`)
      gone.push(pull.number)
    } catch (error) {
      host.signal.throwIfAborted()
      host.log.error(`#${pull.number}: ${explainError(error)}`)
      failures.push(error)
    }
  }
  if (failures.length > 0) {
    throw new AggregateError(failures, `${failures.length} of ${live.length} previews could not be looked after`)
  }
  const said = `${gone.length} of ${live.length} previews were taken away`
  const list = gone.map(number => `#${number}`).join(', ')
  return {
    result: gone.length > 0 ? 'expired' : 'nothing-to-do',
    reason: said,
    markdown: `### Previews of ${code(settings.app)}\n\n${said}${list && `: ${list}`}.\n`,
    build: 'no',
    numbers: gone,
  }
}

async function reason(session: Session, pull: Pull): Promise<string | undefined> {
  const standing = standingOf(pull, session.label)
  if (standing !== 'wanted') return standing
  const since = await readySince(session)
  if (since === undefined) return 'nothing says how old it is'
  const age = session.host.clock.now() - since
  return age > session.lifetime ? `${formatDuration(age)} old` : undefined
}

/** By our comment, else by the deployment. */
async function readySince(session: Session): Promise<number | undefined> {
  const { host, repository, owner } = session
  const memory = await optional(session, 'the comment', () => readSticky({ github: host.github, repository, owner }))
  if (memory?.state === 'ready' && memory.since > 0) return memory.since
  return deployedSince(session)
}

async function takeAway(session: Session, pull: Pull, why: string): Promise<void> {
  const { host, repository, number, label } = session
  const expired = why !== 'not-asked' && why !== 'fork'
  await withdraw(session, { why: expired ? 'expired' : 'not-asked', head: pull.head, live: true })
  if (expired && label !== '') await removeLabel(host.github, repository, number, label)
  if (why === 'fork') host.log.warning(`#${number} is of a fork and had the label ${readyLabel}: nobody should set it`)
}
