import { deployed } from './deployment.ts'
import { look, type Session } from './session.ts'
import { isLive, standingOf } from './standing.ts'
import { withdraw } from './withdraw.ts'

/** How long the job may take that makes the deployment and then sets the label, milliseconds. */
const longestJob = 3_600_000

/**
 * Ends what is told of a preview that is gone, its deployments and its comment: a run was killed in the middle, there was
 * none when the pull request was closed, or somebody took the label away. Says why; undefined where it may be right.
 */
export async function tidy(session: Session): Promise<string | undefined> {
  const told = await deployed(session)
  const pull = await look(session)
  const { head } = pull
  if (!pull.open) {
    const had = await withdraw(session, { why: 'closed', head, live: isLive(pull) })
    return had ? 'it was closed, and still told of' : undefined
  }
  if (isLive(pull) || (told && session.host.clock.now() - told.since < longestJob)) return undefined
  const why = standingOf(pull, session.label) === 'wanted' ? 'unlabelled' : 'not-asked'
  return (await withdraw(session, { why, head, live: false }))
    ? 'it had lost its label, and was still told of'
    : undefined
}
