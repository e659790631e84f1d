import { formatDuration } from '../../configuration/index.ts'
import type { BuildOutcome } from '../../steps/build/index.ts'
import { table } from '../shell/index.ts'

/** What the job's summary says of a build, in GitHub Markdown. */
export function summarize(outcome: BuildOutcome): string {
  const { kind, repository, tag, digest, commit, source, builder, changes, duration } = outcome
  const rows: (readonly [string, string])[] = [
    ['Image', repository],
    ['Tag, the version deployed', tag],
    ['Digest', digest ?? 'none: the image was not pushed'],
    ['Commit', changes === 0 ? commit : `${commit}, and ${changes} changed files that are not in it`],
    ['Source', source ?? 'unknown'],
    ['Built by', `${builder}, in ${formatDuration(duration)}`],
  ]
  return `### ${kind === 'pushed' ? 'Image built and pushed' : 'Image built'}\n\n${table(['', ''], rows)}\n`
}
