import { removeLabel } from '../../github/index.ts'
import { retireDeployments } from './deployment.ts'
import type { CommentState, Gone } from './marker.ts'
import { optional, type Session } from './session.ts'
import { readyLabel } from './standing.ts'
import { readSticky, writeSticky } from './sticky.ts'
import { bodyOf, goneText } from './words.ts'

/** States in which the comment promises something. */
const promising: readonly CommentState[] = ['building', 'ready', 'failed', 'limit']

/**
 * Takes a preview away: first the label, which is what makes Argo CD delete it, then what is told of it. Gives whether
 * there was anything to take. A comment that says that there is none, and why, stays as it is.
 */
export async function withdraw(
  session: Session,
  { why, head, live }: { why: Gone; head: string; live: boolean },
): Promise<boolean> {
  const { host, repository, number, owner } = session
  if (live) await removeLabel(host.github, repository, number, readyLabel)
  const retired = await retireDeployments(session)
  const place = { github: host.github, repository, owner }
  await optional(session, 'the comment', async () => {
    const memory = await readSticky(place)
    if (!memory || !(live || retired || promising.includes(memory.state))) return
    await writeSticky(place, bodyOf({ session, state: why, head, markdown: goneText(session, why, head) }))
  })
  return live || retired
}
