import { repositoryOn } from '../../github/index.ts'
import { type AnalysisQuery, nameRelease, protocol, readState } from '../../gitops/promotion/index.ts'
import type { Tree } from '../../gitops/repository/index.ts'
import type { AnalysisEnd, Listener } from '../promote/index.ts'
import { type Move, moveKey, movesOf, replaced } from './moves.ts'

/** One analysis that this run played, as often as it was tried. */
export type AnalysisStory = {
  cluster: string
  tag: string
  templates: readonly string[]
  /** Milliseconds since the epoch. */
  startedAt: number
  endedAt?: number
  verdict: 'running' | 'passed' | 'failed' | 'no verdict' | 'stopped'
  sentence: string
}

/** What a run saw of a promotion, in the order of time. */
export type Timeline = {
  /** Git URL of the application's repository, where the pipeline names it. */
  source?: string
  moves: readonly Move[]
  analyses: readonly AnalysisStory[]
}

/** Keeps the timeline of a run: what the record at HEAD says of the release, and what gave way while the run looked. */
export function openChronicle(app: string): Listener & { timeline(): Timeline } {
  const moves = new Map<string, Move>()
  const analyses: AnalysisStory[] = []
  /** What was settled before this run looked, and what belongs to the release under way now. */
  const settledBefore = new Set<string>()
  let current = new Set<string>()
  let source: string | undefined
  let isFirst = true

  return {
    head(tree: Tree) {
      const state = readState(tree, app)
      source = state.pipeline.source
      const now = new Map(movesOf(state).map(move => [moveKey(move), move]))
      for (const [key, move] of now) if (moves.has(key) || move.isCurrent || !isFirst) moves.set(key, move)
      for (const [key, move] of moves) {
        if (now.has(key) || isOver(move)) continue
        moves.set(key, { ...move, standing: replaced(state, move) })
      }
      if (isFirst) for (const [key, { standing }] of now) if (standing.state === 'success') settledBefore.add(key)
      current = new Set([...now].filter(([, { isCurrent }]) => isCurrent).map(([key]) => key))
      isFirst = false
    },
    analysisStarted({ cluster, image, analysis }: AnalysisQuery, at: number) {
      const { templates } = analysis
      analyses.push({
        cluster: cluster.name,
        tag: image.tag,
        templates,
        startedAt: at,
        verdict: 'running',
        sentence: '',
      })
    },
    analysisEnded(query: AnalysisQuery, end: AnalysisEnd) {
      const open = analyses.findLastIndex(
        ({ cluster, verdict }) => cluster === query.cluster.name && verdict === 'running',
      )
      const story = analyses[open]
      if (story) analyses[open] = { ...story, endedAt: end.at, ...outcomeOf(query, end) }
    },
    timeline: () => ({
      ...(source !== undefined && { source }),
      moves: [...moves]
        .filter(([key]) => !settledBefore.has(key) || current.has(key))
        .map(([, move]) => move)
        .sort((one, other) => one.at.localeCompare(other.at)),
      analyses,
    }),
  }
}

function isOver({ standing }: Move): boolean {
  return standing.state === 'inactive' || standing.state === 'failure'
}

function outcomeOf(query: AnalysisQuery, end: AnalysisEnd): Pick<AnalysisStory, 'verdict' | 'sentence'> {
  switch (end.kind) {
    case 'judged': {
      const verdict = protocol.weighAnalysis(end.judgement, query.analysis)
      const { sentence } = end.account
      if (verdict.kind === 'passed') return { verdict: 'passed', sentence }
      if (verdict.kind === 'bad') return { verdict: 'failed', sentence }
      const both = verdict.reason.includes(sentence) ? verdict.reason : `${verdict.reason}. ${sentence}`
      return { verdict: 'no verdict', sentence: both }
    }
    case 'refused':
      return { verdict: 'no verdict', sentence: end.reason }
    case 'stopped':
      return { verdict: 'stopped', sentence: 'The analysis was stopped before it came to a verdict.' }
  }
}

/** What a pin changed, in words: `sha-1 (base 0a1b2c3)`, `nothing` or `unknown`. */
export function nameFrom(from: Move['from']): string {
  if (from === 'none') return 'nothing'
  return from === 'unknown' ? 'something unknown' : nameRelease(from)
}

/** What of a timeline can be looked at on a server: the repositories that are there, as `owner/name`. */
export function linksOf({ source }: Timeline, server: string, gitops: string) {
  const [own, desired] = [source === undefined ? undefined : repositoryOn(server, source), repositoryOn(server, gitops)]
  return { server, ...(desired !== undefined && { gitops: desired }), ...(own !== undefined && { source: own }) }
}
