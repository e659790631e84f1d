import type { Log } from '../../host/index.ts'
import type { ClusterKind, ClusterOutcome } from '../../steps/fleet/index.ts'
import { type ActionResult, cell, table } from '../shell/index.ts'

const failures: readonly ClusterKind[] = ['refused', 'busy', 'halfway', 'incomplete']

/** Turns what became of a cluster into the step's outputs, summary and, where a person is needed, its failure. */
export function report(outcome: ClusterOutcome, log: Log): ActionResult {
  const { kind, cluster, state, reason, cure, commit, traffic } = outcome
  for (const note of traffic?.notes ?? []) log.warning(note)
  const said = `${cluster}: ${reason}${cure === undefined ? '' : `. ${cure}`}`
  log.info(said)
  return {
    outputs: { result: kind, state, commit, json: JSON.stringify({ result: kind, ...outcome }) },
    summary: summarize(outcome),
    ...(failures.includes(kind) && { failure: `${kind}: ${said}` }),
  }
}

/** What the job's summary says of a cluster, in GitHub Markdown. */
function summarize({ cluster, kind, state, reason, cure, commit, traffic }: ClusterOutcome): string {
  const share = ({ weight, share }: { weight: number; share: number }) => `${share.toFixed(2)}%, weight ${weight}`
  const rows = (traffic?.rows ?? []).map(({ server, before, after, sessions }) => [
    server,
    share(before),
    share(after),
    String(sessions),
  ])
  return [
    `### ${cell(cluster)} is ${state}: ${kind}`,
    `${cell(reason)}${cure === undefined ? '' : `. ${cell(cure)}`}`,
    ...(rows.length > 0 ? [table(['Server', 'Before', 'Now', 'Sessions'], rows)] : []),
    `States at commit \`${commit}\`.\n`,
  ].join('\n\n')
}
