import type { BumpOutcome, LeftOut } from '../../steps/bump/index.ts'
import { cell, table } from '../shell/index.ts'

/** What the job's summary says of a bump, in GitHub Markdown. */
export function summarize(outcome: BumpOutcome): string {
  const { app, image, commit, bumped, unchanged, skipped, refused, overridden, recorded, diff } = outcome
  const rows = bumped.map(({ cluster, from, base }) => [
    cluster,
    from.tag ?? 'none',
    image.tag,
    base === 'copied' ? 'copied from base/' : 'as it was',
  ])
  return [
    `### ${cell(titles[outcome.kind](app, image.tag))}`,
    ...(rows.length > 0 ? [table(['Cluster', 'Was', 'Pinned', 'Configuration'], rows)] : []),
    ...(unchanged.length > 0 ? [`Already so: ${cell(unchanged.join(', '))}.`] : []),
    ...list('Left out', skipped),
    ...list('Refused', refused),
    ...list('Overridden', overridden),
    ...(recorded.length > 0 ? [`On record as set by override: ${cell(recorded.join(', '))}.`] : []),
    `Image ${code(`${image.repository}:${image.tag}@${image.digest}`)}, commit ${code(commit)}.`,
    ...(diff === '' ? [] : [`<details><summary>Diff</summary>\n\n${fenced(diff)}\n\n</details>`]),
  ]
    .join('\n\n')
    .concat('\n')
}

const titles: Readonly<Record<BumpOutcome['kind'], (app: string, tag: string) => string>> = {
  written: (app, tag) => `${app} is pinned to ${tag}`,
  planned: (app, tag) => `${app} would be pinned to ${tag} (dry run)`,
  unchanged: (app, tag) => `${app} was pinned to ${tag} already, nothing changed`,
  refused: (app, tag) => `${app} was not pinned to ${tag}: refused`,
}

function list(title: string, clusters: readonly LeftOut[]): string[] {
  if (clusters.length === 0) return []
  return [[`${title}:`, '', ...clusters.map(({ cluster, reason }) => `- ${cell(cluster)}: ${cell(reason)}`)].join('\n')]
}

/** Image references and commits hold no backquote. */
function code(text: string): string {
  return `\`${text}\``
}

/** A fence longer than any in the text, so that nothing in a diff can end it. */
function fenced(diff: string): string {
  const longest = Math.max(2, ...(diff.match(/`+/g) ?? []).map(({ length }) => length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}diff\n${diff}\n${fence}`
}
