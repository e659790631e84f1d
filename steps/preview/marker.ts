import { createHash } from 'node:crypto'
import type { IssueComment } from '../../github/index.ts'

/** What the comment says of a preview. */
export type CommentState = (typeof states)[number]

/** Why there is no preview any more. */
export type Gone = 'closed' | 'not-asked' | 'expired' | 'unbuilt' | 'unlabelled'

/** Whose comment it is: of one app on one pull request, by the account that the token writes as. */
export type Owner = { app: string; number: number; author: string }

/**
 * What a comment remembers. `since`, in milliseconds: of `ready`, when this head's preview was made so; of `building`, when
 * the run began; otherwise 0.
 */
export type Memory = { state: CommentState; head: string; since: number }

const states = [
  'building',
  'ready',
  'failed',
  'limit',
  ...(['closed', 'not-asked', 'expired', 'unbuilt', 'unlabelled'] as const satisfies readonly Gone[]),
] as const
/** How far ahead the clock of the runner that wrote a time may have been, milliseconds. */
const ahead = 3_600_000
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

/** A time that was written down, never later than now; undefined for none, and for one that no clock can have shown. */
export function timeOf(since: number, now: number): number | undefined {
  return Number.isInteger(since) && since > 0 && since <= now + ahead ? Math.min(since, now) : undefined
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
