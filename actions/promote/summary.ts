import { formatDuration } from '../../configuration/index.ts'
import { type Outcome, type OutcomeKind, sameImage } from '../../gitops/promotion/index.ts'
import { cell, link, type Markdown, table } from '../../markdown/index.ts'
import {
  type AnalysisStory,
  type Move,
  nameFrom,
  type Standing,
  sourceOf,
  type Timeline,
} from '../../steps/announce/index.ts'

/** Where things can be looked at: the server, and the repositories that are on it, as `owner/name`. */
export type Links = { server: string; gitops?: string; source?: string }

const marks: Readonly<Record<OutcomeKind, string>> = {
  promoted: '✅',
  'nothing-to-do': '✅',
  superseded: '⏭️',
  waiting: '⏳',
  suspended: '⏸️',
  'rolled-back': '↩️',
  'rollback-failed': '❌',
  blocked: '🚧',
  refused: '⛔',
}

/** GitHub takes a summary of 1 MiB; a fleet of thousands has the rest in the output `json`. */
const mostRows = 500

/** What the job's summary says of a promotion, in GitHub Markdown: what, why, the cure, and the timeline. */
export function summarize(outcome: Outcome, timeline: Timeline, links: Links): string {
  const { app, kind, release, reason, cure, commits } = outcome
  const what = release ? ` of ${cell(release.tag)}` : ''
  const coming = stillToCome(outcome, timeline)
  return [
    `### ${marks[kind]} ${cell(app)}${what}: ${kind}`,
    cell(shorten(reason, 4000)),
    ...(cure === undefined ? [] : [`**What to do:** ${cell(shorten(cure, 4000))}`]),
    ...(timeline.moves.length > 0 ? [movesTable(timeline.moves, links)] : []),
    ...(coming === '' ? [] : [`Still to come: ${coming}`]),
    ...(timeline.analyses.length > 0 ? ['#### Analyses of this run', analysesTable(timeline.analyses)] : []),
    ...(commits.length > 0 ? ['#### Commits of this run', commitsTable(commits, links)] : []),
    '',
  ].join('\n\n')
}

/** How a run ended that came to no outcome: `reason` is what it threw. */
export type End = { app: string; how: 'cancelled' | 'failed'; reason: string }

/** What the job's summary says of a run that came to no outcome: why, and what it had seen and done until then. */
export function summarizeEnd({ app, how, reason }: End, { moves, analyses }: Timeline, links: Links): string {
  const release = moves.findLast(({ isCurrent }) => isCurrent)?.to
  const what = release ? ` of ${cell(release.tag)}` : ''
  // The run is over, whatever it was measuring.
  const over = analyses.map(each => (each.verdict === 'running' ? ({ ...each, verdict: 'stopped' } as const) : each))
  return [
    `### ${how === 'cancelled' ? '⏹️' : '❌'} ${cell(app)}${what}: ${how}`,
    cell(shorten(reason, 4000)),
    '**What to do:** Run it again: it goes on from what is in Git.',
    ...(moves.length > 0 ? [movesTable(moves, links)] : []),
    ...(over.length > 0 ? ['#### Analyses of this run', analysesTable(over)] : []),
    '',
  ].join('\n\n')
}

function movesTable(moves: readonly Move[], links: Links): string {
  const rows = moves
    .slice(-mostRows)
    .map(move => [
      time(move.at),
      move.wave ?? '',
      move.cluster,
      fromTo(move, links),
      gate(move.standing),
      took(move.at, move.standing),
    ])
  return table(['Time', 'Wave', 'Cluster', 'From → to', 'Gate', 'Took'], rows)
}

/** `v1 → v2`, linked to what changed between their commits, or to the commit where only one is known. */
function fromTo({ from, to, how }: Move, links: Links): Markdown {
  const prefix = how === 'rollback' ? '↩️ ' : ''
  if (typeof from === 'string')
    return { markdown: `${prefix}${cell(nameFrom(from))} → ${linked(to.tag, to, links).markdown}` }
  if (sameImage(from, to)) {
    const [before, after] = [from.base.slice(0, 7), to.base.slice(0, 7)]
    const what = before === after ? '(again)' : `(base ${cell(before)} → ${cell(after)})`
    return { markdown: `${prefix}${linked(to.tag, to, links).markdown} ${what}` }
  }
  const [before, after] = [sourceOf(from), sourceOf(to)]
  const words = `${from.tag} → ${to.tag}`
  if (links.source === undefined || before === undefined || after === undefined || before === after) {
    return { markdown: `${prefix}${linked(from.tag, from, links).markdown} → ${linked(to.tag, to, links).markdown}` }
  }
  const compare = link(words, `${links.server}/${links.source}/compare/${before}...${after}`)
  return { markdown: prefix + compare.markdown }
}

function linked(words: string, release: Parameters<typeof sourceOf>[0], { server, source }: Links): Markdown {
  const commit = sourceOf(release)
  if (source === undefined || commit === undefined) return { markdown: cell(words) }
  return link(words, `${server}/${source}/commit/${commit}`)
}

const stateMarks: Readonly<Record<Standing['state'], string>> = {
  success: '✅',
  failure: '❌',
  error: '🚧',
  in_progress: '⏳',
  queued: '⏸️',
  inactive: '⏭️',
}

function gate({ state, detail, evidence }: Standing): string {
  const facts = evidence
    ? [
        evidence.health,
        evidence.provesSync ? '' : 'the sync is not proven',
        evidence.analysis ? `analysis: ${evidence.analysis.message}` : '',
        evidence.analysis?.requests === undefined ? '' : `${Math.floor(evidence.analysis.requests)} requests`,
      ]
    : []
  return `${stateMarks[state]} ${shorten([detail, ...facts].filter(fact => fact !== '').join('; '), 1000)}`
}

function took(from: string, { at }: Standing): string {
  const ms = at === undefined ? Number.NaN : Date.parse(at) - Date.parse(from)
  return ms >= 0 ? formatDuration(ms) : ''
}

const verdictMarks: Readonly<Record<AnalysisStory['verdict'], string>> = {
  passed: '✅',
  failed: '❌',
  'no verdict': '❔',
  stopped: '⏹️',
  running: '⏳',
}

function analysesTable(analyses: readonly AnalysisStory[]): string {
  const rows = analyses
    .slice(-mostRows)
    .map(({ cluster, tag, templates, startedAt, endedAt, verdict, sentence }) => [
      time(new Date(startedAt).toISOString()),
      cluster,
      tag,
      templates.join(', '),
      `${verdictMarks[verdict]} ${verdict}`,
      endedAt === undefined ? '' : formatDuration(endedAt - startedAt),
      shorten(sentence, 1000),
    ])
  return table(['Time', 'Cluster', 'Release', 'Templates', 'Verdict', 'Took', 'Why'], rows)
}

function commitsTable(commits: Outcome['commits'], { server, gitops }: Links): string {
  const rows = commits.slice(-mostRows).map(({ commit, title }) => {
    const short = commit.slice(0, 10)
    return [gitops === undefined ? short : link(short, `${server}/${gitops}/commit/${commit}`), shorten(title, 500)]
  })
  return table(['Commit', ''], rows)
}

/** Clusters that have not received the release yet, by wave. */
function stillToCome({ kind, waves }: Outcome, { moves }: Timeline): string {
  if (kind !== 'waiting' && kind !== 'suspended' && kind !== 'blocked') return ''
  const told = new Set(moves.filter(({ isCurrent }) => isCurrent).map(({ cluster }) => cluster))
  return waves
    .map(({ wave, clusters }) => ({
      wave,
      names: clusters.filter(({ cluster, pinned }) => !pinned && !told.has(cluster)).map(({ cluster }) => cluster),
    }))
    .filter(({ names }) => names.length > 0)
    .map(({ wave, names }) => `${cell(wave)} (${cell(shorten(names.join(', '), 1000))})`)
    .join(', ')
}

/** `2026-11-21 12:50:03`, UTC as all times of the record. */
function time(iso: string): string {
  return iso.slice(0, 19).replace('T', ' ')
}

function shorten(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text
}
