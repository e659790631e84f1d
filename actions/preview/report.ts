import type { Log } from '../../host/index.ts'
import type { PreviewOutcome } from '../../steps/preview/index.ts'
import type { ActionResult } from '../shell/index.ts'

/** Turns what became of a preview into the step's outputs and summary. None of its results is a failure of the step. */
export function report(outcome: PreviewOutcome, log: Log): ActionResult {
  const { result, reason, markdown, build, head = '', name = '', url = '', started, numbers = [] } = outcome
  log.info(`${result}: ${reason}`)
  return {
    outputs: {
      result,
      build,
      head,
      started: started === undefined ? '' : new Date(started).toISOString(),
      name,
      url,
      numbers: JSON.stringify(numbers),
      json: JSON.stringify(outcome),
    },
    summary: markdown,
  }
}
