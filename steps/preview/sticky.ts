import { ConfigurationError } from '../../configuration/index.ts'
import {
  createComment,
  deleteComment,
  type GitHub,
  type IssueComment,
  listComments,
  updateComment,
} from '../../github/index.ts'
import { type Memory, memoryOf, type Owner } from './marker.ts'

type Place = { github: GitHub; repository: string; owner: Owner }

/** What our comment on a pull request remembers; undefined where there is none. */
export async function readSticky(place: Place): Promise<Memory | undefined> {
  const [first] = await ours(place)
  return first && memoryOf(first, place.owner)
}

/**
 * Has exactly one comment of ours say this: the oldest is changed in place, and what a race made beside it is deleted.
 * Runs that do this at the same time agree on which one stays.
 */
export async function writeSticky(place: Place, body: string): Promise<void> {
  const { github, repository, owner } = place
  const { number } = owner
  const there = await ours(place)
  if (there.length === 0) {
    const find = async () => (await ours(place)).find(comment => comment.body === body)
    const created = await createComment(github, repository, { number, body, find })
    await requireAuthor(place, created)
    there.push(...(await ours(place))) // one that was made at the same time is seen by both, or by the later of the two
    if (there.length === 0) return
  }
  const [first, ...others] = there
  if (first && first.body !== body) await updateComment(github, repository, { id: first.id, body })
  for (const { id } of others) await deleteComment(github, repository, id)
}

async function ours({ github, repository, owner }: Place): Promise<IssueComment[]> {
  const all = await listComments(github, repository, owner.number)
  return all.filter(comment => memoryOf(comment, owner) !== undefined).sort((one, other) => one.id - other.id)
}

/** A comment that would not be recognised again is taken back: every run would write one more. */
async function requireAuthor({ github, repository, owner }: Place, created: IssueComment): Promise<void> {
  if (memoryOf(created, owner)) return
  await deleteComment(github, repository, created.id)
  throw new ConfigurationError({
    problem: 'the token does not write comments as this account',
    place: { input: 'comment-author' },
    value: owner.author,
    cure: `Say comment-author: ${JSON.stringify(created.author)}`,
  })
}
