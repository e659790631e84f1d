import type { Case, Outcome } from '../oracle/index.ts'
import type { Played } from './play.ts'

/** A kind of difference that is meant, with the reason. Both sides are rewritten to say the same where it applies. */
type Kind = {
  name: string
  why: string
  /** What the controller's libraries say, and what is said here instead. */
  theirs: RegExp
  ours: RegExp
}

/** Keep this list near empty: everything in it is a difference that a user could see. */
export const kinds: readonly Kind[] = []

/** Rewrites two outcomes by the kinds of difference that are meant, and names those that were met. */
export function explain(_played: Case, ours: Played, theirs: Outcome): { ours: Played; theirs: Outcome; by: string[] } {
  const by = new Set<string>()
  const rewritten = <T>(outcome: T, side: 'ours' | 'theirs'): T => {
    let text = JSON.stringify(outcome)
    for (const kind of kinds) {
      const next = text.replace(kind[side], `<${kind.name}>`)
      if (next !== text) by.add(kind.name)
      text = next
    }
    return JSON.parse(text)
  }
  return { ours: rewritten(ours, 'ours'), theirs: rewritten(theirs, 'theirs'), by: [...by] }
}
