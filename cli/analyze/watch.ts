import type { Log } from '../../host/index.ts'
import { type AnalysisReport, limitUse, type Watcher } from '../../steps/analyze/index.ts'
import type { Io } from '../command.ts'
import { canRedraw, type Live, startLive } from '../live.ts'
import { inColour, streamLog } from '../log.ts'
import { type Row, renderTable } from './table.ts'

/** A table of all metrics below the log, drawn again with each measurement and each second. */
export type Watch = {
  watcher: Watcher
  /** Writes above the table. */
  log: Log
  /** Draws the table once more, as the run ended, and leaves it; without a report as it was drawn last. */
  end(report?: AnalysisReport): void
}

/** How often the time to the next measurement is drawn, in milliseconds. */
const beat = 1000

/** Starts a table on standard error; undefined where that is no terminal, and plain lines are all there is. */
export async function startWatch(io: Io, verbose: boolean): Promise<Watch | undefined> {
  if (!canRedraw(io.stderr, io.env)) return undefined
  const live = await startLive(io.stderr)
  const rows = new Map<string, Row>()
  const over = new AbortController()
  const draw = () => drawRows(live, [...rows.values()], io)
  return {
    log: streamLog({ ...io, stderr: { write: live.write, isTTY: true } }, verbose),
    watcher: {
      started(metrics) {
        const now = io.clock.now()
        for (const { name, dryRun, limits, initialDelay } of metrics) {
          const next = now + (initialDelay ?? 0)
          const about = { name, dryRun, phase: 'Pending', measured: 0, count: limits.count }
          rows.set(name, { ...about, last: '', values: [], limits: [], next })
        }
        draw()
        beatUntil(over.signal, io, draw)
      },
      measured({ name, dryRun, limits }, { phase, value, message, values }, progress) {
        rows.set(name, {
          ...{ name, dryRun, phase: progress.phase, measured: progress.counts.count, count: limits.count },
          last: phase === 'Error' ? message : value,
          values: [...(rows.get(name)?.values ?? []), values[0]],
          limits: limitUse(limits, progress.counts),
          next: progress.next,
        })
        draw()
      },
    },
    end(report) {
      over.abort()
      for (const { name, phase } of report?.metrics ?? []) {
        const row = rows.get(name)
        if (row) rows.set(name, { ...row, phase, next: undefined })
      }
      draw()
      live.done()
    },
  }
}

function drawRows(live: Live, rows: readonly Row[], { stderr, env, clock }: Io): void {
  if (rows.length === 0) return
  const size = { columns: stderr.columns || 80, rows: stderr.rows || 24 }
  live.draw(renderTable(rows, clock.now(), size, inColour(stderr, env)))
}

async function beatUntil(signal: AbortSignal, { clock }: Io, draw: () => void): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(beat, signal).catch(() => {}) // it is over
    if (!signal.aborted) draw()
  }
}
