import { createHash } from 'node:crypto'
import type { IssueComment } from '../../github/index.ts'

/** What the comment says of a preview. */
export type CommentState = 'building' | 'ready' | 'failed' | 'limit' | 'closed' | 'expired' | 'not-asked'

/** Whose comment it is: of one app on one pull request, by the account that the token writes as. */
export type Owner = { app: string; number: number; author: string }

/** What a comment remembers. `since`: when this head's preview was made ready, in milliseconds; 0 where it was not. */
export type Memory = { state: CommentState; head: string; since: number }

const states: readonly CommentState[] = ['building', 'ready', 'failed', 'limit', 'closed', 'expired', 'not-asked']
const pattern =
  /^<!-- stovepipe:preview app=([a-z0-9-]+) pull=(\d+) state=([a-z-]+) head=([0-9a-f]{40}|[0-9a-f]{64}) since=(\d{1,15}) key=([0-9a-f]{16}) -->(?:\r?\n|$)/

/** The hidden first line of our comment. */
export function markerOf(owner: Owner, { state, head, since }: Memory): string {
  const { app, number } = owner
  return `<!-- stovepipe:preview app=${app} pull=${number} state=${state} head=${head} since=${since} key=${keyOf(owner)} -->`
}

/**
 * What our comment remembers, or undefined for one that is not ours: by another account (people and Apps have logins of
 * different shapes, so nobody can take an App's), without the marker as its first line, or with that of another app or
 * pull request.
 */
export function memoryOf({ body, author, bot }: IssueComment, owner: Owner): Memory | undefined {
  if (author.toLowerCase() !== owner.author.toLowerCase() || bot !== isBot(owner.author)) return undefined
  const [, app, number, text, head = '', since, key] = pattern.exec(body) ?? []
  const state = states.find(known => known === text)
  if (app !== owner.app || Number(number) !== owner.number || key !== keyOf(owner) || !state) return undefined
  return { state, head, since: Number(since) }
}

function isBot(author: string): boolean {
  return author.toLowerCase().endsWith('[bot]')
}

/** Binds the line to its owner, so that one copied from elsewhere is none. */
function keyOf({ app, number, author }: Owner): string {
  return createHash('sha256')
    .update(`stovepipe preview\n${app}\n${number}\n${author.toLowerCase()}`)
    .digest('hex')
    .slice(0, 16)
}
