import { activeCanaries } from './clusters.ts'
import { holds } from './pins.ts'
import { quarantined } from './quarantine.ts'
import { clusterRecord } from './record.ts'
import { nameRelease, type Release, sameRelease } from './release.ts'
import type { State } from './state.ts'

/** Whether a release may go to primaries, and if not, what is missing. */
export type EvidenceFound = { kind: 'complete' } | { kind: 'missing'; reason: string; cure: string }

/**
 * Looks for passing evidence of a release on every active canary cluster of the fleet. Evidence is valid while the
 * canary holds that release and it is not in quarantine. A fleet without an active canary cannot give any.
 */
export function findEvidence(state: State, release: Release): EvidenceFound {
  const missing = (reason: string, cure: string): EvidenceFound => ({ kind: 'missing', reason, cure })
  if (quarantined(state.quarantine, release)) {
    return missing(`${nameRelease(release)} is in quarantine`, 'Offer a fix, or release it from quarantine')
  }
  const canaries = activeCanaries(state)
  if (canaries.length === 0) {
    return missing('the fleet has no active canary cluster', 'Make a cluster with the role canary active')
  }
  const lacking = canaries.filter(({ name }) => !passedOn(state, name, release)).map(({ name }) => name)
  if (lacking.length === 0) return { kind: 'complete' }
  return missing(
    `${nameRelease(release)} has not passed on canary ${lacking.join(', ')}`,
    'Select every active canary cluster in a wave before the primaries',
  )
}

/** Whether a cluster holds the release and passed its gate with it, most recently. */
function passedOn(state: State, cluster: string, release: Release): boolean {
  const [latest] = clusterRecord(state.record, cluster).accepted
  return latest?.how === 'passed' && sameRelease(latest.release, release) && holds(state.pinned(cluster), release)
}
