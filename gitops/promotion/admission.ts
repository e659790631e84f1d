import { adopt } from './advance.ts'
import type { Stop } from './outcome.ts'
import type { Relation } from './ports.ts'
import { quarantined } from './quarantine.ts'
import { type Admission, admitted, type ReleaseRecord, withCluster } from './record.ts'
import { type Image, nameRelease, type Release, sameRelease } from './release.ts'
import type { State } from './state.ts'

/** An image that is offered: with the commit it was built from, if that is known. */
export type Offer = Image & { source?: string }

/** What becomes of an offer. `carry`: it is admitted already. `compare`: first say how its source stands to `newest`. */
export type Decision =
  | { kind: 'admit'; release: Release }
  | { kind: 'carry'; release: Release }
  | { kind: 'compare'; newest: string }
  | { kind: 'stop'; stop: Stop }

/**
 * Decides on an offered image by quarantine first and then by order: `relation` is how its source stands to that of the
 * newest admitted release, once asked. `redeploy` asks for it by name, whatever its age.
 */
export function decideAdmission(
  { record, quarantine, base, app }: State,
  offer: Offer,
  { relation, redeploy }: { relation?: Relation; redeploy: boolean },
): Decision {
  if (base === undefined) return noBase(app)
  const release: Release = { ...offer, base }
  const what = nameRelease(release)
  const refusal = quarantined(quarantine, release)
  if (refusal) {
    const what = refusal.base === undefined ? 'the image' : 'the image with this base'
    return halt({
      kind: 'refused',
      reason: `${what} ${nameRelease(release)} is in quarantine since ${refusal.at}, by ${refusal.by}: ${refusal.reason}`,
      cure: 'Offer a fix, or release it with `stovepipe quarantine release`',
    })
  }
  const [newest] = record.admitted
  if (redeploy) return { kind: sameRelease(waiting(record), release) ? 'carry' : 'admit', release }
  if (!newest) return { kind: 'admit', release }
  if (sameRelease(newest, release)) return { kind: 'carry', release }
  const unsaid = newest.source === undefined || release.source === undefined
  if (newest.digest === release.digest && (unsaid || newest.source === release.source)) {
    return { kind: 'admit', release } // the same image with another base; one of another commit has its place in their order
  }
  if (newest.source === undefined || release.source === undefined) return unordered(what, newest, 'unknown')
  if (newest.source === release.source) return byOrder('equal', release, newest)
  if (!relation) return { kind: 'compare', newest: newest.source }
  return byOrder(relation, release, newest)
}

/** What a promotion would come to without another admission. */
function waiting({ next, current }: ReleaseRecord): Release | undefined {
  return next?.release ?? (current?.phase === 'promoting' ? current.release : undefined)
}

function byOrder(relation: Relation, release: Release, newest: Release): Decision {
  switch (relation) {
    case 'descendant':
      return { kind: 'admit', release }
    case 'equal':
      if (newest.base !== release.base) return { kind: 'admit', release }
      return older(release, newest)
    case 'ancestor':
      return older(release, newest)
    case 'diverged':
    case 'unknown':
      return unordered(nameRelease(release), newest, relation)
  }
}

function older(release: Release, newest: Release): Decision {
  return halt({
    kind: 'superseded',
    reason: `${nameRelease(release)} is not newer than ${nameRelease(newest)}, which was admitted before`,
    cure: 'To go back to it, ask for its redeployment by name',
  })
}

function unordered(what: string, newest: Release, relation: 'diverged' | 'unknown'): Decision {
  const unknown = relation === 'unknown'
  const how = unknown ? 'the order of their sources is unknown' : 'neither contains the other'
  const cure = 'If it is the one you want, ask for its redeployment by name'
  return halt({
    kind: 'blocked',
    reason: `${what} and ${nameRelease(newest)}, which was admitted before: ${how}`,
    cure: unknown ? `${cure}; a private source needs a token that may read it` : cure,
  })
}

function noBase(app: string): Decision {
  return halt({
    kind: 'blocked',
    reason: `apps/${app}/base does not exist, so there is no configuration to release`,
    cure: 'Write the app’s kustomize base there',
  })
}

/**
 * The release that a change of `base/` asks for: the newest admitted image not in quarantine, with `base/` at HEAD.
 * Undefined when the newest admission had that base already, or nothing was ever admitted.
 */
export function configurationRelease({ record, quarantine, base }: State): Release | undefined {
  const [newest] = record.admitted
  if (!newest || base === undefined || newest.base === base) return undefined
  const image = record.admitted.find(({ base: _its, ...each }) => {
    const entry = quarantined(quarantine, { ...each, base })
    return entry === undefined || entry.base !== undefined
  })
  if (!image) return undefined
  const release = { ...image, base }
  return quarantined(quarantine, release) ? undefined : release
}

/** The record once a release is admitted: only `next` changes; what runs on clusters new to the kit is adopted. */
export function admit(state: State, release: Release, { at, run }: { at: string; run: string }): ReleaseRecord {
  const next: Admission = { release, at, run }
  return { ...adoptAll(state, at), next, admitted: admitted(state.record, release) }
}

/** The record with what is pinned on each cluster that it does not know as adopted there. */
export function adoptAll(state: State, at: string): ReleaseRecord {
  return state.fleet.clusters.reduce((record, { name }) => {
    const entry = adopt(state, name, at)
    return entry.accepted.length > 0 || entry.pin ? withCluster(record, name, () => entry) : record
  }, state.record)
}

const halt = (stop: Stop): Decision => ({ kind: 'stop', stop })
