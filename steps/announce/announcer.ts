import type { GitHub, Permissions } from '../../github/index.ts'
import { type AnalysisQuery, clusterFolder, readState, type State, sameRelease } from '../../gitops/promotion/index.ts'
import type { Clock, Log } from '../../host/index.ts'
import type { AnalysisEnd, Listener } from '../promote/index.ts'
import { openCheckRuns } from './check-runs.ts'
import { needs, openComplaints } from './complaints.ts'
import { openEnvironments } from './environments.ts'
import { openErrands, type Subject } from './errands.ts'
import { type GateCheck, gateChecks } from './gate-checks.ts'
import { commitIn, fileIn, type Home, homeOf, type Places, type Told } from './home.ts'
import { type Move, moveKey, movesOf, replaced } from './moves.ts'
import { once } from './once.ts'

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

/** What settled longer ago than this, in milliseconds, was told by the run that settled it, or is history by now. */
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
  const checkRuns = once((home: Home) => withApi(open.checks(home), api => openCheckRuns(api, home.repository)))
  const environments = once((home: Home) =>
    withApi(open.deployments(home), api => openEnvironments(api, home.repository, runUrl)),
  )
  const moves = new Map<string, Move>()
  /** Commits that wrote a pin, where this run saw them, by the move. */
  const commits = new Map<string, string>()
  /** Analyses that this run plays, and check runs that it told of itself. */
  const playing = new Map<string, { query: AnalysisQuery; startedAt: number; state: State }>()
  const ownChecks = new Set<string>()
  let head: { state: State; home: Home } | undefined

  function openFor(subject: Subject) {
    return ({ repository }: Home) => {
      const github = options.open(repository, needs[subject].permissions, ending.signal)
      if (!github) log.info(`no token was given, so no ${needs[subject].what} are shown on ${repository}`)
      return github
    }
  }

  function told(release: Told['release'], cluster: string, move?: Move): Told {
    const commit = move && commits.get(moveKey(move))
    return { release, folder: clusterFolder(app, cluster), commit }
  }

  function showMove({ state, home }: { state: State; home: Home }, move: Move): void {
    errands.want({
      key: `the deployment of ${move.to.tag} to ${move.cluster}, pinned at ${move.at}`,
      subject: 'deployments',
      wish: move.standing.state,
      async run() {
        const github = open.deployments(home)
        await environments(home)?.show({
          app,
          move,
          cluster: state.fleet.clusters.find(({ name }) => name === move.cluster),
          commit: async () => github && commitIn(home, told(move.to, move.cluster, move), github, places),
          fateOf({ payload: { digest, base } }) {
            const underWay = state.record.current?.release
            const isIt = underWay && digest === underWay.digest && base === underWay.base
            const { state: fate, detail } = replaced(state, { ...move, to: isIt ? underWay : move.to })
            return { state: fate, description: detail }
          },
        })
      },
    })
  }

  function showCheck(home: Home, { release, cluster, content, manner }: GateCheck): void {
    const { state } = content
    const move = [...moves.values()].findLast(each => each.cluster === cluster && sameRelease(each.to, release))
    if (home.kind === 'gitops' && !move) return // the commit that it was told at is not known any more
    errands.want({
      key: `the check run "${content.name}" of ${release.tag}`,
      subject: 'checks',
      wish: state.kind === 'completed' ? `${manner} ${state.conclusion} ${state.at}` : `begun ${content.startedAt}`,
      async run() {
        const github = open.checks(home)
        const commit = github && (await commitIn(home, told(release, cluster, move), github, places))
        if (commit !== undefined) await checkRuns(home)?.show(commit, content, manner)
      },
    })
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
    showCheck(head.home, check)
  }

  return {
    head(tree) {
      const state = readState(tree, app)
      const home = homeOf(state.pipeline.source, places)
      if (!home) return
      const before = head?.state.tree.commit
      head = { state, home }
      for (const move of movesOf(state)) {
        const key = moveKey(move)
        if (move.parent === before) commits.set(key, tree.commit)
        if (!moves.has(key) && !isFresh(move, clock.now()) && before === undefined) continue
        moves.set(key, move)
        showMove(head, move)
      }
      const { current } = state.record
      if (before === undefined && !(current && movesOf(state).some(move => isFresh(move, clock.now())))) return
      for (const check of checksIn(home).recorded(state)) {
        if (!ownChecks.has(check.content.externalId)) showCheck(home, check)
      }
    },
    analysisStarted(query, at) {
      if (!head) return
      const { state, home } = head
      const checks = checksIn(home)
      const gate = checks.gateOf(state, query.cluster.name)
      if (!gate) return
      playing.set(query.cluster.name, { query, startedAt: at, state })
      const check = checks.started(gate, query, at)
      ownChecks.add(check.content.externalId)
      showCheck(home, check)
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

function isFresh({ at, standing }: Move, now: number): boolean {
  return standing.state === 'in_progress' || now - Date.parse(standing.at ?? at) < fresh
}

function withApi<T>(api: GitHub | undefined, make: (api: GitHub) => T): T | undefined {
  return api && make(api)
}
