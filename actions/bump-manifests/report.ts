import type { Log } from '../../host/index.ts'
import type { BumpOutcome } from '../../steps/bump/index.ts'
import type { ActionResult } from '../shell/index.ts'
import { summarize } from './summary.ts'

/** Turns an outcome into log lines, outputs, summary and, where it was refused, the step's failure. */
export function report(outcome: BumpOutcome, log: Log): ActionResult {
  const { kind, commit, bumped, skipped, refused, overridden, files, diff } = outcome
  for (const { cluster, reason } of skipped) log.warning(`${cluster} is left out: ${reason}`)
  for (const { cluster, reason } of overridden) log.warning(`${cluster} is written by override: ${reason}`)
  if (diff !== '') log.info(diff)
  log.info(says[kind](outcome))
  return {
    outputs: {
      changed: String(kind === 'written' || kind === 'planned'),
      commit,
      clusters: kind === 'refused' ? '' : bumped.map(({ cluster }) => cluster).join('\n'),
      files: kind === 'refused' ? '' : files.join('\n'),
      diff,
      json: JSON.stringify(outcome),
    },
    summary: summarize(outcome),
    ...(kind === 'refused' && {
      failure: `refused, nothing was written: ${refused.map(({ cluster, reason }) => `${cluster}: ${reason}`).join('; ')}`,
    }),
  }
}

const says: Readonly<Record<BumpOutcome['kind'], (outcome: BumpOutcome) => string>> = {
  written: ({ app, image, bumped, commit }) => `Set ${app} to ${image.tag} on ${count(bumped)}: commit ${commit}`,
  planned: ({ app, image, bumped }) => `Would set ${app} to ${image.tag} on ${count(bumped)}: dry run`,
  unchanged: ({ app, image }) => `${app} is ${image.tag} there already: nothing changed`,
  refused: ({ app, image }) => `${app} was not set to ${image.tag}`,
}

function count({ length }: readonly unknown[]): string {
  return `${length} cluster${length === 1 ? '' : 's'}`
}
