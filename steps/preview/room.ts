import { listOpenPulls } from '../../github/index.ts'
import { optional, type Session } from './session.ts'
import { isLive } from './standing.ts'
import { readSticky } from './sticky.ts'

/** Milliseconds between two looks at one that set its label at the same time, and how often that is looked at. */
const pause = 5_000
const looks = 4

/** The other pull requests whose previews live. */
export async function livingBeside({ host, repository, number }: Session): Promise<number[]> {
  const pulls = await listOpenPulls(host.github, repository)
  return pulls.filter(pull => isLive(pull) && pull.number !== number).map(pull => pull.number)
}

/**
 * Those whose places count, asked once this preview's own label is set; `seen` are those that lived before. Of several
 * that set theirs since then the lower number keeps the place, so that they do not all give it up, but one whose comment
 * says that it is ready has it already. A higher one that has not found out yet is given some time.
 */
export async function placesTaken(session: Session, seen: readonly number[]): Promise<number[]> {
  const { clock, signal } = session.host
  for (let look = 1; ; look++) {
    const live = await livingBeside(session)
    const undecided: number[] = []
    for (const number of live) {
      const behind = number > session.number && !seen.includes(number)
      if (behind && !(await isReady(session, number))) undecided.push(number)
    }
    const taken = live.filter(number => !undecided.includes(number))
    if (undecided.length === 0 || live.length < session.limit || taken.length >= session.limit || look === looks) {
      return taken
    }
    await clock.sleep(pause, signal)
  }
}

/** By the comment on it. */
async function isReady(session: Session, number: number): Promise<boolean> {
  const { host, repository, owner } = session
  const place = { github: host.github, repository, owner: { ...owner, number } }
  const memory = await optional(session, 'the comment', () => readSticky(place))
  return memory?.state === 'ready'
}
