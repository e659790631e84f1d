import type { CheckConclusion, GitHub, Permissions } from '../../github/index.ts'
import { type AnalysisQuery, readState, type State } from '../../gitops/promotion/index.ts'
import type { Clock, Log } from '../../host/index.ts'
import type { AnalysisEnd, Listener } from '../promote/index.ts'
import { needs, openComplaints } from './complaints.ts'
import { openErrands, type Subject } from './errands.ts'
import { type GateCheck, gateChecks } from './gate-checks.ts'
import { fileIn, type Home, homeOf, type Places } from './home.ts'
import { type Move, moveKey, movesOf } from './moves.ts'
import { once } from './once.ts'
import { type Head, openShowing } from './showing.ts'

export type AnnouncerOptions = {
  app: string
  places: Places
  /** Opens the API for one repository, to do this and no more there; undefined when nobody gave a token. */
  open(repository: string, permissions: Permissions, signal: AbortSignal): GitHub | undefined
  /** Where the run is watched. */
  runUrl?: string
  clock: Clock
  log: Log
  /** Aborted when the run is cancelled. */
  cancelled: AbortSignal
  /** Milliseconds that GitHub may take for what is left to tell at the end, and when the run is cancelled. */
  linger?: { end: number; cancelled: number }
}

export type Announcer = Listener & {
  /** Tells what is left, for a bounded time. */
  close(): Promise<void>
}

/** What settled longer ago than this before the run, in milliseconds, is not told again without a look back. */
const fresh = 2 * 60 * 60_000

/** A runner gives a cancelled step some ten seconds, the first run of a workflow's `always()` steps included. */
const usualLinger = { end: 20_000, cancelled: 4_000 }

/**
 * Shows on GitHub what a promotion does: its verdicts as check runs, its pins as deployments. It derives what should be
 * shown from the tree at HEAD, looks up what is shown, and changes what differs, so that it is right whichever run tells
 * it. It works in the background, and what goes wrong with it is a warning.
 */
export function openAnnouncer(options: AnnouncerOptions): Announcer {
  const { app, places, clock, log, cancelled, runUrl } = options
  const { end, cancelled: hurry } = options.linger ?? usualLinger
  const ending = new AbortController()
  const complain = openComplaints(log)
  const errands = openErrands(clock, (errand, error, what) => {
    if (!ending.signal.aborted) complain(errand, error, what, head?.home.repository ?? places.repository)
  })
  const open = { checks: once(openFor('checks')), deployments: once(openFor('deployments')) }
  const showing = openShowing({ app, places, runUrl, open }, errands)
  /** What was settled long before this run: only looked back on, unless it changes. */
  const old = new Set<string>()
  /** Analyses that this run plays, and what it told last in the check runs of gates, by the gate and release. */
  const playing = new Map<string, { query: AnalysisQuery; startedAt: number; state: State }>()
  const toldChecks = new Map<string, CheckConclusion | undefined>()
  let head: Head | undefined

  function openFor(subject: Subject) {
    return ({ repository }: Home) => {
      const github = options.open(repository, needs[subject].permissions, ending.signal)
      if (!github) log.info(`no token was given, so no ${needs[subject].what} are shown on ${repository}`)
      return github
    }
  }

  function showCheck(home: Home, check: GateCheck): void {
    if (check.manner !== 'if-left-open') toldChecks.set(nameOf(check), conclusionOf(check))
    showing.check(home, check)
  }

  /** Whether this run told something of a gate that the record, or the end of an analysis, adds nothing to. */
  function isTold(check: GateCheck): boolean {
    const name = nameOf(check)
    return toldChecks.has(name) && (conclusionOf(check) !== 'failure' || toldChecks.get(name) === 'failure')
  }

  /** Tells what was settled long before this run where nobody told it then. */
  function makeUpFor(home: Home, moves: readonly Move[], checks: readonly GateCheck[]): void {
    const then = clock.now() - fresh
    const [oldMoves, oldChecks] = [settledBy(then, moves, settledAt), settledBy(then, checks, concludedAt)]
    for (const wish of [...oldMoves.map(wishOf), ...oldChecks.map(wishOfCheck)]) old.add(wish)
    showing.lookBackOnMoves(home, oldMoves, move => head && showing.move(head, move))
    showing.lookBackOnChecks(home, oldChecks, check => isTold(check) || showCheck(home, check))
  }

  const checksIn = (home: Home) => gateChecks(runUrl, file => fileIn(home, places, file))

  function endAnalysis(query: AnalysisQuery, analysisEnd: AnalysisEnd): void {
    const begun = playing.get(query.cluster.name)
    playing.delete(query.cluster.name)
    if (!begun || !head) return
    const checks = checksIn(head.home)
    const gate = checks.gateOf(begun.state, query.cluster.name)
    if (!gate) return
    const check = checks.ended(gate, query, begun.startedAt, analysisEnd, cancelled.aborted)
    const isBad = toldChecks.get(nameOf(check)) === 'failure'
    if (!isBad || conclusionOf(check) === 'failure') showCheck(head.home, check)
  }

  return {
    head(tree, parent) {
      const state = readState(tree, app)
      if (parent !== undefined) showing.pins.wrote(tree.commit, parent)
      const home = homeOf(state.pipeline.source, places)
      if (!home) return
      const isFirst = head === undefined
      head = { state, home }
      const moves = movesOf(state)
      const checks = checksIn(home).recorded(state)
      for (const move of moves) showing.pins.saw(move)
      if (isFirst) makeUpFor(home, moves, checks)
      for (const move of moves) if (!old.has(wishOf(move))) showing.move(head, move)
      for (const check of checks) if (!old.has(wishOfCheck(check)) && !isTold(check)) showCheck(home, check)
    },
    analysisStarted(query, at) {
      if (!head) return
      const { state, home } = head
      const checks = checksIn(home)
      const gate = checks.gateOf(state, query.cluster.name)
      if (!gate) return
      playing.set(query.cluster.name, { query, startedAt: at, state })
      showCheck(home, checks.started(gate, query, at))
    },
    analysisEnded: endAnalysis,
    async close() {
      for (const { query } of [...playing.values()]) endAnalysis(query, { kind: 'stopped', at: clock.now() })
      const late = AbortSignal.timeout(cancelled.aborted ? hurry : end)
      const tooLate = new Promise<void>(resolve => late.addEventListener('abort', () => resolve(), { once: true }))
      await Promise.race([errands.drain(), tooLate])
      ending.abort(new Error('the run is over'))
      const left = errands.undone()
      if (left.length === 0) return
      log.warning(
        `GitHub did not answer in time, so it does not show ${left.join(', ')} yet: the next run makes up for it`,
      )
    },
  }
}

const wishOf = (move: Move) => `${moveKey(move)} ${move.standing.state}`
const nameOf = ({ content, release }: GateCheck) => `${content.name} of ${release.digest} ${release.base}`
const wishOfCheck = (check: GateCheck) => `${nameOf(check)} ${conclusionOf(check)}`

function conclusionOf({ content: { state } }: GateCheck): CheckConclusion | undefined {
  return state.kind === 'completed' ? state.conclusion : undefined
}

function settledAt({ at, standing }: Move): number {
  return standing.state === 'in_progress' ? Number.POSITIVE_INFINITY : Date.parse(standing.at ?? at)
}

function concludedAt({ content: { state } }: GateCheck): number {
  return state.kind === 'completed' ? state.at : Number.POSITIVE_INFINITY
}

/** What was settled by then, newest first; of one time, what is told last comes first. */
function settledBy<T>(then: number, items: readonly T[], at: (item: T) => number): readonly T[] {
  return items
    .filter(item => at(item) <= then)
    .reverse()
    .sort((one, other) => at(other) - at(one))
}
