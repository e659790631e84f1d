import type { Log } from '../../host/index.ts'
import type { RollbackKind, RollbackOutcome } from '../../steps/steer/index.ts'
import { type ActionResult, cell, table } from '../shell/index.ts'

const failures: readonly RollbackKind[] = ['rollback-failed', 'blocked', 'refused']

/** Turns what became of a rollback into the step's outputs, summary and, where a person is needed, its failure. */
export function report(outcome: RollbackOutcome, log: Log): ActionResult {
  const { kind, reason, cure, commit = '', commits, edited } = outcome
  const said = `${kind}: ${reason}${cure === undefined ? '' : `. ${cure}`}`
  const summary = summarize(outcome)
  log.info(said)
  for (const cluster of edited) log.warning(`${cluster} is left as it is: somebody edited its pin`)
  return {
    outputs: {
      result: kind,
      commit,
      commits: JSON.stringify(commits.map(each => each.commit)),
      report: summary,
      json: JSON.stringify({ result: kind, ...outcome }),
    },
    summary,
    ...(failures.includes(kind) && { failure: said }),
  }
}

/** What the job's summary says of a rollback, in GitHub Markdown. */
function summarize({ app, kind, reason, cure, commit, commits, edited }: RollbackOutcome): string {
  const rows = commits.map(({ commit, title }) => [commit.slice(0, 10), title])
  return [
    `### ${cell(app)}: ${kind}`,
    `${cell(reason)}${cure === undefined ? '' : `. ${cell(cure)}`}`,
    ...(edited.length > 0 ? [`Left as they are, because somebody edited their pins: ${cell(edited.join(', '))}.`] : []),
    ...(commit === undefined ? [] : ['Promotions are suspended: `stovepipe resume` lets them go on.']),
    ...(rows.length > 0 ? [table(['Commit', ''], rows)] : []),
    '',
  ].join('\n\n')
}
