import type { GitHub } from '../../github/index.ts'
import { clusterFolder, type Release, sameRelease } from '../../gitops/promotion/index.ts'
import { commitIn, type Home, type PinCommit, type Places } from './home.ts'
import { type Move, moveKey } from './moves.ts'

/** Finds the commits that a release is told at, from the pins that were seen in the record. */
export function openPinCommits(app: string, places: Places) {
  const moves = new Map<string, Move>()
  /** Commits of the GitOps repository, by the one that they were written on: this run wrote or found them. */
  const commits = new Map<string, string>()

  /** Undefined where the pin is not known any more. */
  function pinOf(cluster: string, release: Release): PinCommit | undefined {
    const there = [...moves.values()].filter(each => each.cluster === cluster)
    const move = there.findLast(({ to }) => sameRelease(to, release))
    const known = move && commits.get(move.parent)
    if (known !== undefined) return { known }
    if (move) return { onto: move.parent }
    const after = there.findLast(({ from }) => typeof from !== 'string' && sameRelease(from, release))
    return after && { before: after.parent }
  }

  return {
    saw(move: Move): void {
      moves.set(moveKey(move), move)
    },
    /** A move as it was seen last. */
    newest: (move: Move): Move => moves.get(moveKey(move)) ?? move,
    /** Whether one was seen before the other. */
    isOlder(one: Move, other: Move): boolean {
      const seen = [...moves.keys()]
      return seen.indexOf(moveKey(one)) < seen.indexOf(moveKey(other))
    },
    wrote(commit: string, parent: string): void {
      commits.set(parent, commit)
    },
    /** The commit in a home that a release on a cluster is told at, if anybody knows it. Throws a GitHubError. */
    async commitOf(home: Home, github: GitHub, cluster: string, release: Release): Promise<string | undefined> {
      const pin = pinOf(cluster, release)
      const commit = await commitIn(home, { release, folder: clusterFolder(app, cluster), pin }, github, places)
      if (home.kind === 'gitops' && pin && 'onto' in pin && commit !== undefined) commits.set(pin.onto, commit)
      return commit
    },
  }
}
