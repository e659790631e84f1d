import type { Log } from '../../host/index.ts'
import type { TrafficOutcome } from '../../steps/traffic/index.ts'
import type { ActionResult } from '../shell/index.ts'
import { summarize } from './summary.ts'

const failures: readonly TrafficOutcome['kind'][] = ['halfway', 'busy', 'incomplete', 'refused']

/** Turns an outcome into log lines, outputs, summary and, where a person or another run is needed, the step's failure. */
export function report(outcome: TrafficOutcome, log: Log): ActionResult {
  const { kind, commit, rows, notes, reason, cure } = outcome
  for (const note of notes) log.warning(note)
  for (const { server, before, after } of rows) {
    const was = before.weight === after.weight ? '' : ` (was ${before.weight}, ${before.share.toFixed(2)}%)`
    log.info(`${server}: weight ${after.weight}, ${after.share.toFixed(2)}%${was}`)
  }
  const said = `${reason}${cure === undefined ? '' : `. ${cure}`}`
  log.info(said)
  return {
    outputs: {
      result: kind,
      changed: String(rows.some(({ before, after }) => before.weight !== after.weight)),
      commit,
      json: JSON.stringify(outcome),
    },
    summary: summarize(outcome),
    ...(failures.includes(kind) && { failure: `${kind}: ${said}` }),
  }
}
