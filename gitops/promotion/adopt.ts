import type { Tree } from '../repository/index.ts'
import { adoptAll } from './admission.ts'
import { oneLine, toWrite } from './commit.ts'
import { iso } from './context.ts'
import type { Decided, Decision } from './people.ts'
import { clusterRecord, type ReleaseRecord } from './record.ts'
import { nameRelease } from './release.ts'
import { readState, type State } from './state.ts'

/**
 * Records what an app's clusters hold as adopted there, as the first admission would: so that it can be gone back to,
 * and a cluster can join with it, before anything was admitted. Clusters that the record knows stay as they are.
 */
export function adoptRunning(tree: Tree, app: string, { by, reason, at, run }: Decision): Decided {
  const state = readState(tree, app)
  const record = adoptAll(state, iso(at))
  const adopted = state.fleet.clusters.map(({ name }) => name).filter(name => isNew(state, record, name))
  if (adopted.length === 0) return { kind: 'nothing', stop: { kind: 'nothing-to-do', reason: whyNone(state) } }
  const named = adopted.map(name => `${nameRelease(clusterRecord(record, name).accepted[0]?.release)} on ${name}`)
  const title = `adopt ${named.join(', ')}`
  return {
    kind: 'write',
    said: title,
    write: toWrite(state, { record, title, reason: oneLine(`${by}: ${reason}`) }, run),
  }
}

function isNew(state: State, record: ReleaseRecord, cluster: string): boolean {
  return clusterRecord(record, cluster).accepted.length > clusterRecord(state.record, cluster).accepted.length
}

/** What a cluster runs and the record cannot take for adopted, and what its pin lacks for that. */
export type Unadopted = { cluster: string; lacks: readonly string[] }

/** The clusters of an app whose pin is in no record and is not whole: it says neither what to go back to nor to join with. */
export function unadopted({ fleet, record, pinned }: State): Unadopted[] {
  return fleet.clusters.flatMap(({ name }) => {
    const { pin, accepted } = clusterRecord(record, name)
    const held = pinned(name)
    if (!held || pin || accepted.length > 0) return []
    if (!held.tag && !held.digest) return [] // an empty pin, as `init` and `app add` leave it: nothing runs
    const lacks = [
      ...(held.tag === undefined ? ['a tag'] : []),
      ...(held.digest === undefined ? ['a digest'] : []),
      ...(held.base === undefined ? ['a copy of base/'] : []),
    ]
    return lacks.length > 0 ? [{ cluster: name, lacks }] : []
  })
}

function whyNone(state: State): string {
  if (unadopted(state).length === 0) return `the record knows every cluster that runs ${state.app}`
  return 'nothing that runs can be adopted'
}
