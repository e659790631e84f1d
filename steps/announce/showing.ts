import type { GitHub } from '../../github/index.ts'
import type { State } from '../../gitops/promotion/index.ts'
import { openCheckRuns } from './check-runs.ts'
import { openEnvironments } from './environments.ts'
import type { Errands, Subject } from './errands.ts'
import type { GateCheck } from './gate-checks.ts'
import type { Home, Places } from './home.ts'
import { lookBack } from './look-back.ts'
import { type Move, replaced } from './moves.ts'
import { once } from './once.ts'
import { openPinCommits } from './pin-commits.ts'

/** The newest state that was seen, and where it is shown. */
export type Head = { state: State; home: Home }

type Options = {
  app: string
  places: Places
  runUrl: string | undefined
  /** Opens the API of a home; undefined when nobody gave a token. */
  open: Readonly<Record<Subject, (home: Home) => GitHub | undefined>>
}

/** What must be brought about on a home's GitHub for moves and checks to be shown, as errands that run in the background. */
export function openShowing({ app, places, runUrl, open }: Options, errands: Errands) {
  const pins = openPinCommits(app, places)
  /** The pin that was shown last on each cluster: nothing older is shown after it. */
  const shown = new Map<string, Move>()
  const checkRuns = once((home: Home) => withApi(open.checks(home), api => openCheckRuns(api, home.repository)))
  const environments = once((home: Home) =>
    withApi(open.deployments(home), api => openEnvironments(api, home.repository, runUrl)),
  )

  /** Undefined where nobody may show a check run, or knows the commit that it would be at. */
  async function placeOf(home: Home, { release, cluster }: GateCheck) {
    const github = open.checks(home)
    const commit = github && (await pins.commitOf(home, github, cluster, release))
    const runs = checkRuns(home)
    return commit === undefined || !runs ? undefined : { commit, runs }
  }

  function lookBackOn(subject: Subject, key: string, run: () => Promise<void>): void {
    errands.want({ key, subject, wish: 'shown', run })
  }

  return {
    pins,
    move({ state, home }: Head, move: Move): void {
      errands.want({
        key: `the deployment of ${move.to.tag} to ${move.cluster}, pinned at ${move.at}`,
        subject: 'deployments',
        wish: move.standing.state,
        async run() {
          const last = shown.get(move.cluster)
          if (last && pins.isOlder(move, last)) return
          shown.set(move.cluster, move)
          const github = open.deployments(home)
          await environments(home)?.show({
            app,
            move,
            cluster: state.fleet.clusters.find(({ name }) => name === move.cluster),
            commit: async () => github && pins.commitOf(home, github, move.cluster, move.to),
            fateOf({ payload: { digest, base } }) {
              const underWay = state.record.current?.release
              const isIt = underWay && digest === underWay.digest && base === underWay.base
              const { state: fate, detail } = replaced(state, { ...move, to: isIt ? underWay : move.to })
              return { state: fate, description: detail }
            },
          })
        },
      })
    },
    check(home: Home, check: GateCheck): void {
      const { release, content, manner } = check
      const { state } = content
      errands.want({
        key: `the check run "${content.name}" of ${release.tag}`,
        subject: 'checks',
        wish: state.kind === 'completed' ? `${manner} ${state.conclusion} ${state.at}` : `begun ${content.startedAt}`,
        async run() {
          const place = await placeOf(home, check)
          await place?.runs.show(place.commit, content, manner)
        },
      })
    },
    /** Looks back on moves, newest first, and tells of each that is not shown as it stands. */
    lookBackOnMoves(home: Home, moves: readonly Move[], tell: (move: Move) => void): void {
      if (moves.length === 0) return
      lookBackOn('deployments', 'what was deployed before', async () => {
        const there = environments(home)
        const missing = await lookBack(moves, async move => !there || there.isShown({ app, move }))
        for (const move of missing) tell(pins.newest(move))
      })
    },
    /** Looks back on checks, newest first, and tells of each that is not shown as it should be. */
    lookBackOnChecks(home: Home, checks: readonly GateCheck[], tell: (check: GateCheck) => void): void {
      if (checks.length === 0) return
      lookBackOn('checks', 'what was judged before', async () => {
        const missing = await lookBack(checks, async check => {
          const place = await placeOf(home, check)
          return !place || place.runs.isShown(place.commit, check.content, check.manner)
        })
        for (const check of missing) tell(check)
      })
    },
  }
}

function withApi<T>(api: GitHub | undefined, make: (api: GitHub) => T): T | undefined {
  return api && make(api)
}
