import { ConfigurationError } from '../../configuration/index.ts'
import type { AnalysisQuery, Judge, Judgement } from '../../gitops/promotion/index.ts'
import type { Repository, Tree } from '../../gitops/repository/index.ts'
import type { Clock, Log } from '../../host/index.ts'
import type { AnalysisAccount } from './account.ts'

/** How an analysis of this run ended, and when (milliseconds). */
export type AnalysisEnd =
  | { kind: 'judged'; at: number; judgement: Judgement; account: AnalysisAccount }
  /** It was not wanted any more, or the run is over or was cancelled. */
  | { kind: 'stopped'; at: number }
  /** It cannot be played as it is written. */
  | { kind: 'refused'; at: number; reason: string }

/**
 * Is told what a promotion sees and does, as it happens. It decides nothing and is waited for by nobody: it must return
 * at once, and what it throws is logged and forgotten.
 */
export interface Listener {
  /**
   * What is at the branch's head: read for the first time, moved by somebody, or just written by this run, on the commit
   * `parent`.
   */
  head(tree: Tree, parent?: string): void
  /** An analysis begins, at `at` (milliseconds); the same query again means that it is tried again. */
  analysisStarted(query: AnalysisQuery, at: number): void
  analysisEnded(query: AnalysisQuery, end: AnalysisEnd): void
}

/** A judge that can tell more of a verdict than promotion asks for. */
export interface AccountingJudge extends Pick<Judge, 'requireAskable'> {
  judge(...given: Parameters<Judge['judge']>): Promise<{ judgement: Judgement; account: AnalysisAccount }>
}

type Told = { repository: Pick<Repository, 'head' | 'write' | 'lastCommitTo'>; judge: AccountingJudge }

/** The ports of a promotion, with listeners who hear what goes through them. */
export function overheard(
  { repository, judge }: Told,
  listeners: readonly Listener[],
  { clock, log }: { clock: Clock; log: Log },
): { repository: Repository; judge: Judge } {
  let newest: string | undefined

  function tell(say: (listener: Listener) => void): void {
    for (const listener of listeners) {
      try {
        say(listener)
      } catch (error) {
        log.debug(`a listener failed, which changes nothing: ${String(error)}`)
      }
    }
  }

  function seen(tree: Tree, parent?: string): Tree {
    if (tree.commit !== newest) {
      newest = tree.commit
      tell(listener => listener.head(tree, parent))
    }
    return tree
  }

  return {
    repository: {
      head: async () => seen(await repository.head()),
      async write(write) {
        const result = await repository.write(write)
        if (result.kind === 'written') seen(result.tree, write.parent)
        return result
      },
      lastCommitTo: path => repository.lastCommitTo(path),
    },
    judge: {
      ...(judge.requireAskable && { requireAskable: judge.requireAskable }),
      async judge(query, control) {
        tell(listener => listener.analysisStarted(query, clock.now()))
        const ended = (end: AnalysisEnd) => tell(listener => listener.analysisEnded(query, end))
        try {
          const { judgement, account } = await judge.judge(query, control)
          ended(
            control.signal.aborted
              ? { kind: 'stopped', at: clock.now() }
              : { kind: 'judged', at: clock.now(), judgement, account },
          )
          return judgement
        } catch (error) {
          const at = clock.now()
          if (control.signal.aborted || !(error instanceof ConfigurationError)) ended({ kind: 'stopped', at })
          else ended({ kind: 'refused', at, reason: error.message })
          throw error
        }
      },
    },
  }
}
