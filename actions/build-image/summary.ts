import { formatDuration } from '../../configuration/index.ts'
import type { BuildOutcome } from '../../steps/build/index.ts'
import { table } from '../shell/index.ts'

const titles = { pushed: 'Image built and pushed', built: 'Image built', reused: 'Image found, not built' }

/** What the job's summary says of a build, in GitHub Markdown. */
export function summarize(outcome: BuildOutcome): string {
  const { kind, reason, repository, tag, digest, commit, builtFrom, source, builder, changes, duration } = outcome
  const rows: (readonly [string, string])[] = [
    ['Image', repository],
    ['Tag, the version deployed', tag],
    ['Digest', digest ?? 'none: the image was not pushed'],
    ['Commit', changes === 0 ? commit : `${commit}, and ${changes} changed files that are not in it`],
    ['Source', source ?? 'unknown'],
    ...(builtFrom === undefined ? [] : [['Built from', builtFrom] as const]),
    builder === undefined
      ? ['Not built', `${reason}; found in ${formatDuration(duration)}`]
      : ['Built by', `${builder}, in ${formatDuration(duration)}, because ${reason}`],
  ]
  return `### ${titles[kind]}\n\n${table(['', ''], rows)}\n`
}
