import {
  activePrimaries,
  clusterRecord,
  protocol,
  quarantined,
  type Release,
  type State,
  sameRelease,
} from '../../gitops/promotion/index.ts'

/**
 * The release for a cluster that comes new: what all active primaries hold and have accepted or adopted; while they
 * differ, the newest that each of them has accepted at some time. Never one in quarantine. Undefined when there is none.
 */
export function releaseFor(state: State): Release | undefined {
  const settled = protocol.fleetRelease(state)
  if (settled && !quarantined(state.quarantine, settled)) return settled
  const accepted = activePrimaries(state).map(({ name }) =>
    clusterRecord(state.record, name).accepted.map(({ release }) => release),
  )
  const [first = [], ...others] = accepted
  return first.find(
    release =>
      !quarantined(state.quarantine, release) && others.every(list => list.some(each => sameRelease(each, release))),
  )
}
