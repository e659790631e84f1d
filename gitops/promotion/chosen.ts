import { ConfigurationError } from '../../configuration/index.ts'
import { editedByHand } from './clusters.ts'
import { editedPin } from './next-batch.ts'
import type { Stop } from './outcome.ts'
import { holds } from './pins.ts'
import { quarantined } from './quarantine.ts'
import { clusterRecord } from './record.ts'
import { exactNameOf, keyOf, namesRelease, type Release, sameRelease } from './release.ts'
import type { State } from './state.ts'

/** What a person wants back: a release they name, or what was there before; on clusters they choose, or everywhere. */
export type Choice = { to?: string; clusters?: readonly string[] }

/** A release that goes back to a cluster, and what goes from there. */
export type Returning = { cluster: string; release: Release; from: Release }

/** What goes back where, from what; `kept`: clusters that were not chosen and keep what they hold. */
export type Chosen =
  | { kind: 'found'; restore: readonly [Returning, ...Returning[]]; kept: readonly string[] }
  | { kind: 'stop'; stop: Stop }

/**
 * Finds what a person's choice comes to. Only what was accepted or adopted on a cluster before, and is not in quarantine,
 * goes back there: one cluster that lacks it and nothing is written anywhere, and the answer lists what can be named.
 * Throws a ConfigurationError for a cluster that is not in the fleet.
 */
export function findChosen(state: State, { to, clusters }: Choice): Chosen {
  const { quarantine } = state
  const all = takingPart(state)
  for (const name of clusters ?? []) requireKnown(state, name, all)
  const edited = clusters?.find(name => editedByHand(state, name))
  if (edited !== undefined) return { kind: 'stop', stop: editedPin(state, edited) }
  const names = clusters ?? all.filter(name => !editedByHand(state, name))
  const [untouched] = names.length === 0 ? all : []
  if (untouched !== undefined) return { kind: 'stop', stop: editedPin(state, untouched) }
  const fits = (name: string, release: Release) =>
    to === undefined ? !sameRelease(release, heldOn(state, name)) : namesRelease(to, release)
  const there = names.map(name => ({ name, known: acceptedOn(state, name).filter(release => fits(name, release)) }))
  const meant = there.flatMap(({ known }) => known).filter(release => !quarantined(quarantine, release))
  const distinct = new Map(meant.map(release => [exactNameOf(release), release]))
  if (to !== undefined && distinct.size > 1) {
    const cure = `Name one of them: ${[...distinct.keys()].join(', ')}`
    return refuse(`${to} names ${distinct.size} releases`, cure)
  }
  const restore: Returning[] = []
  const lacking: string[] = []
  for (const { name, known } of there) {
    const release = known.find(each => !quarantined(quarantine, each))
    const from = heldOn(state, name)
    if (!release || !from) {
      const entry = known.map(each => quarantined(quarantine, each)).find(each => each !== undefined)
      lacking.push(entry ? `${name} (it is in quarantine: ${entry.reason})` : name)
    } else if (!holds(state.pinned(name), release)) restore.push({ cluster: name, release, from })
  }
  if (lacking.length > 0) {
    const what = to ?? 'a release before the present one'
    return refuse(`${what} was not accepted before on ${lacking.join(', ')}`, whatCanBeNamed(state, names))
  }
  const [first, ...rest] = restore
  if (!first) {
    return { kind: 'stop', stop: { kind: 'nothing-to-do', reason: `${names.join(', ')}: there already` } }
  }
  return {
    kind: 'found',
    restore: [first, ...rest],
    kept: clusters ? all.filter(name => !clusters.includes(name)) : [],
  }
}

/** Clusters that take rollbacks and hold something of the app that the kit knows of. */
function takingPart(state: State): string[] {
  return state.fleet.clusters
    .filter(({ state }) => state !== 'inactive')
    .map(({ name }) => name)
    .filter(name => {
      const { pin, accepted } = clusterRecord(state.record, name)
      return accepted.length > 0 || (pin !== undefined && !pin.joining)
    })
}

function requireKnown({ app, fleet }: State, name: string, known: readonly string[]): void {
  if (known.includes(name)) return
  const cluster = fleet.clusters.find(each => each.name === name)
  throw new ConfigurationError({
    problem: !cluster
      ? 'there is no such cluster'
      : cluster.state === 'inactive'
        ? 'the cluster is inactive and takes no rollbacks'
        : `nothing of ${app} was ever there`,
    place: { input: 'clusters' },
    value: name,
    cure: known.length === 0 ? `${app} is on no cluster` : `${app} is on ${known.join(', ')}`,
  })
}

function heldOn({ record }: State, cluster: string): Release | undefined {
  const { pin, accepted } = clusterRecord(record, cluster)
  return pin?.to ?? accepted[0]?.release
}

function acceptedOn({ record }: State, cluster: string): Release[] {
  return clusterRecord(record, cluster).accepted.map(({ release }) => release)
}

function whatCanBeNamed(state: State, names: readonly string[]): string {
  const lists = names.map(name => {
    const held = heldOn(state, name)
    const good = acceptedOn(state, name).filter(
      each => !sameRelease(each, held) && !quarantined(state.quarantine, each),
    )
    return `on ${name} ${good.map(keyOf).join(', ') || 'nothing'}`
  })
  return `What can go back: ${lists.join('; ')}. Choose clusters, or offer a fix`
}

const refuse = (reason: string, cure: string): Chosen => ({ kind: 'stop', stop: { kind: 'refused', reason, cure } })
