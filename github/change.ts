import { GitHubError } from './error.ts'
import type { Patience } from './patience.ts'

type Sending<T> = {
  method: string
  send: () => Promise<T>
  find: (() => Promise<T | undefined>) | undefined
  /** The result of a deletion that was found to be done. */
  nothing: () => Made<T> | undefined
  patience: Patience
}

type Made<T> = { data: T }

/** Methods that may be sent twice with the same result (RFC 9110, section 9.2.2); GitHub's PATCH sets values. */
const repeatable = new Set(['PUT', 'PATCH', 'DELETE'])

/**
 * Makes a change once. Where GitHub said that it did nothing (a rate limit, no connection) it is sent again after the
 * wait. Where nobody heard how it ended (a timeout, a cut answer, a 5xx) it is looked up first, and sent again only if
 * it was not made or may be made twice.
 */
export async function change<T>({ method, send, find, nothing, patience }: Sending<T>): Promise<T> {
  let doubtful = false
  for (;;) {
    try {
      return await send()
    } catch (error) {
      if (!(error instanceof GitHubError)) throw error
      doubtful ||= error.uncertain
      const made = doubtful ? await afterDoubt(error) : await patience.wait(error)
      if (made) return made.data
    }
  }

  /** Gives what was made, or nothing when it may be sent again. */
  async function afterDoubt(error: GitHubError): Promise<Made<T> | undefined> {
    if (method === 'DELETE' && error.kind === 'not-found') {
      const gone = nothing()
      if (gone) return gone
    }
    if (!find && !repeatable.has(method)) throw error
    // GitHub may still be at work on it: the pause comes before the look.
    const last = await patience.wait(error).then(
      () => undefined,
      (reason: unknown) => ({ reason }),
    )
    if (last && last.reason !== error) throw last.reason
    const found = await look(error)
    if (found) return found
    if (last) throw error
    return undefined
  }

  async function look(error: GitHubError): Promise<Made<T> | undefined> {
    try {
      const data = await find?.()
      return data === undefined ? undefined : { data }
    } catch (failed) {
      throw failed instanceof GitHubError ? error : failed // the first says that it may have been made
    }
  }
}
