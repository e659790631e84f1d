import { keyOf, type Outcome, type OutcomeKind } from '../../gitops/promotion/index.ts'
import type { Log } from '../../host/index.ts'
import { type ActionResult, cell, table } from '../shell/index.ts'

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
export function report(outcome: Outcome, log: Log): ActionResult {
  const { kind, waves, commits } = outcome
  const summary = summarize(outcome)
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
      json: JSON.stringify({ result: kind, ...outcome }),
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
  return JSON.stringify({ app, wave, environment, release: { name: keyOf(release), tag, digest, base } })
}

function sentence({ kind, reason, cure }: Outcome): string {
  return `${kind}: ${reason}${cure === undefined ? '' : `. ${cure}`}`
}

/** What the job's summary says of a promotion, in GitHub Markdown. */
export function summarize(outcome: Outcome): string {
  const { app, kind, release, waves, commits } = outcome
  const clusters = waves.flatMap(({ wave, clusters }) =>
    clusters.map(({ cluster, pinned, accepted }) => [wave, cluster, yes(pinned), yes(accepted)]),
  )
  const what = release ? ` of ${cell(release.tag)}` : ''
  return [
    `### ${cell(app)}${what}: ${kind}`,
    cell(sentence(outcome)),
    ...(clusters.length > 0 ? [table(['Wave', 'Cluster', 'Pinned', 'Accepted'], clusters)] : []),
    ...(commits.length > 0
      ? [
          table(
            ['Commit', ''],
            commits.map(({ commit, title }) => [commit.slice(0, 10), title]),
          ),
        ]
      : []),
    '',
  ].join('\n\n')
}

function yes(fact: boolean): string {
  return fact ? 'yes' : ''
}
