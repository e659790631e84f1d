import { type Cluster, waveClusters } from '../fleet/index.ts'
import { activePrimaries, settledOn, waveOf } from './clusters.ts'
import { type Context, iso } from './context.ts'
import { pinKey } from './observations.ts'
import { asRelease, holds } from './pins.ts'
import { accept, clusterRecord, type PinRecord, withCluster } from './record.ts'
import { nameRelease, type Release, sameRelease } from './release.ts'
import type { Rules } from './rules.ts'
import type { State } from './state.ts'
import { type Step, write } from './step.ts'

/**
 * What all active primaries that take part hold and have accepted or adopted: the one release that a cluster which has
 * no evidence of its own may receive. Undefined while they differ, or when there are none.
 */
export function fleetRelease(state: State): Release | undefined {
  const primaries = activePrimaries(state).filter(({ name }) => !isNew(state, name) && waveOf(state, name))
  const [first] = primaries
  const release = first && clusterRecord(state.record, first.name).accepted[0]?.release
  return release && primaries.every(cluster => settledOn(state, cluster, release)) ? release : undefined
}

/**
 * Brings the fleet's release to a cluster that joins, or that became active with nothing on it; health alone accepts it
 * there. For a canary too: no traffic reaches it before it is active, so there is nothing to analyse. It is no evidence
 * either, so a release must pass the gate of a canary that joined before it goes on. A joining cluster becomes active
 * once every app that has a release for it is accepted on it. Undefined when there is nothing to do for any.
 */
export function join(context: Context): Step | undefined {
  const { state, rules } = context
  const release = rules.fleetRelease(state)
  if (!release || rules.quarantined(state.quarantine, release)) return undefined
  const newcomers = state.fleet.clusters.filter(cluster => isNewcomer(state, cluster) && waveOf(state, cluster.name))
  const steps = newcomers.map(cluster => bring(context, cluster, release)).filter(step => step !== undefined)
  return steps.find(({ kind }) => kind === 'write') ?? steps[0]
}

function isNewcomer(state: State, { name, state: stage }: Cluster): boolean {
  return stage === 'joining' || (stage === 'active' && isNew(state, name))
}

/** Nothing of the app was ever accepted there. */
function isNew({ record }: State, cluster: string): boolean {
  return clusterRecord(record, cluster).accepted.length === 0
}

function bring(context: Context, cluster: Cluster, release: Release): Step | undefined {
  const { state, now, seen, rules } = context
  const { name } = cluster
  const { pin, accepted } = clusterRecord(state.record, name)
  const pinned = state.pinned(name)
  if (accepted[0] && sameRelease(accepted[0].release, release) && holds(pinned, release)) {
    return isReady(state, cluster, rules) ? activate(state, cluster) : undefined
  }
  if (rules.editedByHand(state, name)) return undefined
  const gate = waveOf(state, name)?.gate
  if (!gate) return undefined
  if (!pin || !holds(pinned, release)) {
    const from: PinRecord['from'] =
      pinned === undefined ? 'none' : (pin?.to ?? asRelease(pinned, state.pipeline.image) ?? 'unknown')
    const written = { to: release, from, at: iso(now), parent: state.tree.commit, joining: true }
    return write({
      record: withCluster(state.record, name, entry => ({ ...entry, pin: written })),
      pins: [{ cluster: name, release }],
      title: `${nameRelease(release)} to ${name}, which joins`,
      release,
    })
  }
  const key = pinKey(name, pin)
  const { repository, tag, digest } = release
  const image = { repository, tag, digest }
  const health = seen.health.get(key)
  if (health?.kind !== 'healthy' && health?.kind !== 'scaled-to-zero') {
    if (health && now > Date.parse(pin.at) + gate.healthy.timeout) return undefined // later runs look again
    const pinnedAt = { commit: state.tree.commit, at: Date.parse(pin.at) }
    const query = { app: state.app, cluster, image, pinned: pinnedAt, gate }
    const reason = `${name} joins: ${health ? health.reason : 'looking'}`
    return { kind: 'watch', reason, health: [{ key, query }], analyses: [] }
  }
  const acceptance = { release, how: 'joined' as const, at: iso(now) }
  const record = withCluster(state.record, name, entry => accept(entry, acceptance))
  const ready = isReady({ ...state, record }, cluster, rules)
  return write({
    record,
    ...(ready && { activate: [cluster] }),
    title: `${name} joined with ${nameRelease(release)}`,
    release,
  })
}

/** Whether a joining cluster has every app's release that there is one of for it. */
function isReady(state: State, cluster: Cluster, rules: Rules): boolean {
  if (cluster.state !== 'joining') return false
  return state.others().every(({ state: other }) => {
    if (!other) return false
    if (!other.pipeline.waves.some(wave => waveClusters(wave, other.fleet.clusters).includes(cluster))) return true
    const release = rules.fleetRelease(other)
    const [latest] = clusterRecord(other.record, cluster.name).accepted
    return !release || (sameRelease(latest?.release, release) && holds(other.pinned(cluster.name), release))
  })
}

function activate(state: State, cluster: Cluster): Step {
  return write({ record: state.record, activate: [cluster], title: `${cluster.name} is active` })
}
