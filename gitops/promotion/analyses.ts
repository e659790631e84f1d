import type { Clock, Log } from '../../host/index.ts'
import type { Observations } from './observations.ts'
import type { Judge } from './ports.ts'
import type { AnalysisWish } from './step.ts'

/** The analyses a run plays, in the background, while it goes on looking at HEAD and at health. */
export type Analyses = {
  /** Plays what is wished for and nothing else: the rest is aborted, and what ended is played again when it is due. */
  reconcile(wishes: readonly AnalysisWish[]): void
  /** Resolves at the next end of one. Rejects when one could not be played at all. */
  nextEnd(): Promise<void>
  stop(): void
}

/** Ends are noted in `seen`. */
export function playAnalyses(judge: Judge, clock: Clock, log: Log, seen: Observations): Analyses {
  const playing = new Map<string, AbortController>()
  let failure: { error: unknown } | undefined
  let wake = () => {}
  let woken = new Promise<void>(resolve => {
    wake = resolve
  })

  function ended(): void {
    wake()
    woken = new Promise<void>(resolve => {
      wake = resolve
    })
  }

  async function play({ key, query }: AnalysisWish, controller: AbortController): Promise<void> {
    const { signal } = controller
    try {
      const onProgress = (line: string) => log.info(`${query.cluster.name}: ${line}`)
      const judgement = await judge.judge(query, { signal, onProgress })
      if (signal.aborted) return
      seen.judged.set(key, { judgement, at: clock.now() })
    } catch (error) {
      if (signal.aborted) return
      failure = { error }
    }
    playing.delete(key)
    ended()
  }

  return {
    reconcile(wishes) {
      const wanted = new Set(wishes.map(({ key }) => key))
      for (const [key, controller] of playing) {
        if (wanted.has(key)) continue
        playing.delete(key)
        controller.abort(new Error('this analysis is not wanted any more'))
      }
      for (const wish of wishes) {
        if (playing.has(wish.key) || clock.now() < wish.after) continue
        const ended = seen.judged.get(wish.key)
        if (ended && wish.after === 0) continue
        if (ended) seen.unmeasured.set(wish.key, wish.again ?? ended.judgement.message)
        seen.judged.delete(wish.key)
        const controller = new AbortController()
        playing.set(wish.key, controller)
        log.info(`${wish.query.cluster.name}: analysing ${wish.query.analysis.templates.join(', ')}`)
        void play(wish, controller)
      }
    },
    async nextEnd() {
      if (!failure) await woken
      if (failure) throw failure.error
    },
    stop() {
      for (const controller of playing.values()) controller.abort(new Error('the run is over'))
      playing.clear()
    },
  }
}
