import { GitHubError } from '../../github/index.ts'
import type { Clock } from '../../host/index.ts'

/** What is told where nobody may tell it any more: one kind of thing on GitHub. */
export type Subject = 'checks' | 'deployments'

/** Something to bring about on GitHub. */
export type Errand = {
  /** What it is about; a newer errand about the same takes the place of an older one. */
  key: string
  subject: Subject
  /** What is to be so afterwards; when it is so already, there is nothing to do. */
  wish: string
  run(): Promise<void>
}

export type Errands = {
  want(errand: Errand): void
  /** Resolves when all is done that can be done, also what was put off because GitHub was in trouble. */
  drain(): Promise<void>
  /** What was wanted and is not so, by its key; also what is under way. */
  undone(): string[]
}

/** What became of an errand that failed: all of its subject is given up, it alone, or it is put off. */
export type Failure = 'subject' | 'errand' | 'later'

/** How long GitHub is left alone after it was in trouble and named no time, in milliseconds. */
const rest = 60_000

/**
 * Runs errands one after the other in the background. None is waited for; whoever wants one goes on at once. `failed` is
 * told of each failure, and of whether anybody will try again.
 */
export function openErrands(clock: Clock, failed: (errand: Errand, error: unknown, what: Failure) => void): Errands {
  const wanted = new Map<string, Errand>()
  const done = new Map<string, string>()
  const closed = new Set<Subject>()
  let running: string | undefined
  let working: Promise<void> | undefined
  let restUntil = 0

  function want(errand: Errand): void {
    const { key, subject, wish } = errand
    if (closed.has(subject)) return
    if (done.get(key) === wish && running !== key) wanted.delete(key)
    else wanted.set(key, errand)
    start()
  }

  function start(): void {
    if (wanted.size === 0 || clock.now() < restUntil) return
    working ??= work().finally(() => {
      working = undefined
    })
  }

  async function work(): Promise<void> {
    await Promise.resolve() // whoever wants several things at once has said all of them by now
    for (const errand of take()) {
      running = errand.key
      try {
        if (closed.has(errand.subject) || done.get(errand.key) === errand.wish) continue
        await errand.run()
        done.set(errand.key, errand.wish)
      } catch (error) {
        put(errand, error)
      } finally {
        running = undefined
      }
    }
  }

  function* take(): Generator<Errand> {
    for (;;) {
      const [errand] = wanted.values()
      if (!errand || clock.now() < restUntil) return
      wanted.delete(errand.key)
      yield errand
    }
  }

  function put(errand: Errand, error: unknown): void {
    const what = weigh(error)
    if (what === 'subject') closed.add(errand.subject)
    if (what === 'errand') done.set(errand.key, errand.wish) // asking again gives the same answer
    if (what === 'later') {
      if (!wanted.has(errand.key)) wanted.set(errand.key, errand)
      restUntil = error instanceof GitHubError ? (error.retryAt ?? clock.now() + rest) : clock.now() + rest
    }
    failed(errand, error, what)
  }

  return {
    want,
    async drain() {
      restUntil = 0
      start()
      while (working) await working
    },
    undone: () => [...new Set([...(running === undefined ? [] : [running]), ...wanted.keys()])],
  }
}

function weigh(error: unknown): Failure {
  if (!(error instanceof GitHubError)) return 'errand'
  switch (error.kind) {
    case 'unauthorized':
    case 'forbidden':
    case 'not-found':
      return 'subject'
    case 'unavailable':
    case 'rate-limited':
      return 'later'
    case 'conflict':
    case 'invalid':
    case 'unexpected':
      return 'errand'
  }
}
