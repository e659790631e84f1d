import { begin, stop } from './begin.ts'
import { expire } from './expire.ts'
import type { PreviewOutcome } from './outcome.ts'
import { ready } from './ready.ts'
import type { PreviewRequest } from './request.ts'
import { look, openSession, type PreviewHost } from './session.ts'

/**
 * Brings the preview of a pull request to what the pull request is now, whatever event asked for it; run again, it
 * changes nothing more. Throws a ConfigurationError, and a GitHubError where the label cannot be set or taken away.
 */
export async function preview(request: PreviewRequest, given: PreviewHost): Promise<PreviewOutcome> {
  const host = { ...given, left: new Set<string>() }
  if (request.mode === 'expire') return expire(request, host)
  const session = openSession(request, request.number, host)
  switch (request.mode) {
    case 'begin':
      return begin(session)
    case 'ready':
      return ready(session, request.built, request.watch)
    case 'close': {
      const pull = await look(session)
      const stopped = await stop(session, pull)
      if (stopped) return { ...stopped, build: 'no' }
      // It was reopened meanwhile: the run of that event begins it anew.
      const reason = `the pull request is open, and wants ${session.name}`
      return {
        result: 'nothing-to-do',
        reason,
        markdown: `${reason}\n`,
        name: session.name,
        head: pull.head,
        build: 'no',
      }
    }
  }
}
