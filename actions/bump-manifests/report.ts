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
  written: ({ app, image, commit, ...done }) => `Set ${app} to ${image.tag} on ${count(done)}: commit ${commit}`,
  planned: ({ app, image, ...done }) => `Would set ${app} to ${image.tag} on ${count(done)}: dry run`,
  unchanged: ({ app, image }) => `${app} is ${image.tag} there already: nothing changed`,
  refused: ({ app, image }) => `${app} was not set to ${image.tag}`,
}

function count({ bumped, recorded }: Pick<BumpOutcome, 'bumped' | 'recorded'>): string {
  const only = recorded.filter(name => !bumped.some(({ cluster }) => cluster === name)).length
  const set = `${bumped.length} cluster${bumped.length === 1 ? '' : 's'}`
  return only === 0 ? set : `${set}, and on record on ${only} that held it`
}
