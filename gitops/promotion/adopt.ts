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

function whyNone({ app, fleet, record, pinned }: State): string {
  const incomplete = fleet.clusters
    .map(({ name }) => name)
    .filter(
      name => pinned(name) && !clusterRecord(record, name).pin && clusterRecord(record, name).accepted.length === 0,
    )
  if (incomplete.length === 0) return `the record knows every cluster that runs ${app}`
  return `a pin needs tag, digest and a copy of base/ to be adopted: ${app} lacks one on ${incomplete.join(', ')}`
}
