import { formatDuration } from '../../configuration/index.ts'
import { type Pull, removeLabel } from '../../github/index.ts'
import { deployed } from './deployment.ts'
import { type Gone, timeOf } from './marker.ts'
import { look, type Session } from './session.ts'
import { isLive, readyLabel, standingOf } from './standing.ts'
import { readSticky } from './sticky.ts'
import { withdraw } from './withdraw.ts'

/** Which commit a preview is of, since when, and whether its run may still be under way. */
type Made = { head: string; since: number; busy: boolean }
type Reason = { why: Gone; said: string }

/** How long a run may take, milliseconds: its jobs 10, 60 and 60 minutes, and as much to wait for runners. */
const longestRun = 4 * 3_600_000

/**
 * Takes a preview away that lives without a right to it, and says why; undefined for one that stays. The label to ask
 * with goes with one that is too old, so that the next push does not bring it back, and with no other. The pull request
 * is looked at last of all, so that what a run changes meanwhile is not taken for old.
 */
export async function judge(session: Session): Promise<string | undefined> {
  const { host, repository, number, label } = session
  const made = await madeOf(session)
  const pull = await look(session)
  const reason = isLive(pull) ? against(session, pull, made) : undefined
  if (!reason) return undefined
  await withdraw(session, { why: reason.why, head: pull.head, live: true })
  if (reason.why === 'expired' && label !== '') await removeLabel(host.github, repository, number, label)
  return reason.said
}

function against(session: Session, pull: Pull, all: readonly Made[]): Reason | undefined {
  const { host, number, lifetime } = session
  const standing = standingOf(pull, session.label)
  if (standing === 'fork') {
    host.log.warning(`#${number} is of a fork and had the label ${readyLabel}: nobody should set it`)
    return { why: 'not-asked', said: 'it is of a fork' }
  }
  if (standing === 'closed') return { why: 'closed', said: 'it is closed' }
  if (standing === 'not-asked') return { why: 'not-asked', said: 'nobody asks for it' }
  const made = all.find(({ head }) => head === pull.head)
  if (!made) return { why: 'unbuilt', said: `nothing says that its head ${pull.head} was built, or when` }
  const age = host.clock.now() - made.since
  if (made.busy && age < longestRun) return undefined
  return age > lifetime ? { why: 'expired', said: `it is ${formatDuration(age)} old` } : undefined
}

/** By our comment, which a run has say `building` until after it set the label, and by the newest deployment. */
async function madeOf(session: Session): Promise<Made[]> {
  const { host, repository, owner } = session
  const { head, state, since } = (await readSticky({ github: host.github, repository, owner })) ?? {}
  const at = state === 'ready' || state === 'building' ? timeOf(since ?? 0, host.clock.now()) : undefined
  const told = await deployed(session)
  return [
    ...(head !== undefined && at !== undefined ? [{ head, since: at, busy: state === 'building' }] : []),
    ...(told ? [{ ...told, busy: false }] : []),
  ]
}
