import { exactNameOf, type Outcome, type OutcomeKind } from '../../gitops/promotion/index.ts'
import type { Log } from '../../host/index.ts'
import type { Timeline } from '../../steps/announce/index.ts'
import type { ActionResult } from '../shell/index.ts'
import { type Links, summarize } from './summary.ts'

/** What a result means for the step: a step that fails is what a person is told of. */
const meaning: Readonly<Record<OutcomeKind, 'success' | 'warning' | 'failure'>> = {
  promoted: 'success',
  'nothing-to-do': 'success',
  superseded: 'success',
  waiting: 'success',
  suspended: 'warning',
  'rolled-back': 'failure',
  'rollback-failed': 'failure',
  blocked: 'failure',
  refused: 'failure',
}

/** Turns the outcome of a promotion into the step's outputs, summary and, if need be, failure. */
export function report(outcome: Outcome, timeline: Timeline, links: Links, log: Log): ActionResult {
  const { kind, waves, commits } = outcome
  const summary = summarize(outcome, timeline, links)
  const said = sentence(outcome)
  if (meaning[kind] === 'warning') log.warning(said)
  else log.info(said)
  return {
    outputs: {
      result: kind,
      approval: approvalOf(outcome),
      waves: JSON.stringify(waves),
      commits: JSON.stringify(commits.map(({ commit }) => commit)),
      report: summary,
      json: JSON.stringify({ result: kind, ...outcome, timeline }),
    },
    summary,
    ...(meaning[kind] === 'failure' && { failure: said }),
  }
}

/** Whom the release waits for, for a job with that environment. */
function approvalOf({ app, approval }: Outcome): string {
  if (!approval) return ''
  const { wave, environment, release } = approval
  const { tag, digest, base } = release
  return JSON.stringify({ app, wave, environment, release: { name: exactNameOf(release), tag, digest, base } })
}

function sentence({ kind, reason, cure }: Outcome): string {
  return `${kind}: ${reason}${cure === undefined ? '' : `. ${cure}`}`
}
