import type { Repository } from '../repository/index.ts'
import { settledOn } from './clusters.ts'
import type { Outcome, Stop } from './outcome.ts'
import { holds } from './pins.ts'
import type { Release } from './release.ts'
import type { Session } from './session.ts'
import type { State } from './state.ts'

/** What a run tells at its end: why, what it wrote, and where each wave stands; who edited what blocks it. */
export async function outcomeOf(
  session: Session,
  state: State,
  repository: Pick<Repository, 'lastCommitTo'>,
  stop: Stop,
  own?: Release,
): Promise<Outcome> {
  const { editedPath } = stop
  const edit = editedPath === undefined ? undefined : await repository.lastCommitTo(editedPath)
  const release = own ?? state.record.current?.release
  return {
    ...stop,
    reason: edit ? `${stop.reason}, last changed by ${edit.author} in ${edit.commit.slice(0, 10)}` : stop.reason,
    app: session.app,
    ...(release && { release }),
    waves: state.pipeline.waves.map(wave => ({
      wave: wave.name,
      clusters: session.rules.receiving(state, wave).map(cluster => ({
        cluster: cluster.name,
        pinned: release !== undefined && holds(state.pinned(cluster.name), release),
        accepted: release !== undefined && settledOn(state, cluster, release),
      })),
    })),
    commits: session.commits,
  }
}
