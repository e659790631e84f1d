import { waveClusters } from '../../gitops/fleet/index.ts'
import {
  accept,
  activePrimaries,
  adopt,
  asRelease,
  clusterRecord,
  findEvidence,
  holds,
  lackingApproval,
  nameRelease,
  quarantined,
  quarantineOf,
  type Release,
  type ReleaseRecord,
  readState,
  recordFile,
  recordOf,
  type State,
  sameRelease,
  withCluster,
  writeRecord,
} from '../../gitops/promotion/index.ts'
import type { Guard, Question } from './guard.ts'

/**
 * The promise as the tree's own record and quarantine tell it: nothing in quarantine is written anywhere, and where
 * there is a pipeline a primary gets only what passed on every active canary, was accepted there before, or is what
 * all active primaries have accepted. Where a wave selects a cluster that the record knows, `promote` alone writes another
 * release: it would take one that is written here for an edit of somebody's, and stop.
 */
export const promise: Guard = {
  refusal(question) {
    const { tree, app, pipeline, cluster } = question
    const release = releaseOf(question)
    const entry = quarantined(quarantineOf(tree, app), release)
    if (entry)
      return `${nameRelease(release)} is in quarantine since ${entry.at}, put there by ${entry.by}: ${entry.reason}`
    if (!pipeline) return undefined
    const state = readState(tree, app)
    return (cluster.role === 'primary' ? unproved(state, cluster.name, release) : undefined) ?? taken(state, question)
  },

  isRecorded(question) {
    const { tree, app, pipeline, cluster } = question
    return !pipeline || sameRelease(expectedOn(recordOf(tree, app), cluster.name), releaseOf(question))
  },

  record(overridden, reason, at) {
    const [first] = overridden
    if (!first?.pipeline) return []
    const { tree, app } = first
    const state = readState(tree, app)
    const record = overridden.reduce(
      (record, question) =>
        withCluster(record, question.cluster.name, () => {
          const to = releaseOf(question)
          const entry = adopt(state, question.cluster.name, at) // what ran before the kit came can be gone back to
          const acceptance = { release: to, how: 'override' as const, at, reason }
          return {
            ...accept(entry, acceptance),
            pin: { to, from: fromOn(state, question, to), at, parent: tree.commit },
          }
        }),
      state.record,
    )
    return [{ path: recordFile(app), text: writeRecord(record) }]
  },
}

/** Why a primary must not have a release, if so. */
function unproved(state: State, cluster: string, release: Release): string | undefined {
  if (acceptedOn(state, cluster, release) || acceptedByAll(state, release)) return undefined
  const found = findEvidence(state, release)
  if (found.kind === 'missing') return `${found.reason}. ${found.cure}, or promote it`
  const wave = lackingApproval(state, cluster, release)
  return wave && `nobody approved ${nameRelease(release)} after wave ${wave.name}. Approve it with promote`
}

/** Why `promote` alone writes to a cluster, if it does. */
function taken(state: State, question: Question): string | undefined {
  const { app, cluster } = question
  const release = releaseOf(question)
  const expected = expectedOn(state.record, cluster.name)
  const selects = state.pipeline.waves.some(wave => waveClusters(wave, [cluster]).length > 0)
  if (!expected || !selects || sameRelease(expected, release)) return undefined
  return `promote has ${nameRelease(expected)} of ${app} on record there, and would stop at a pin that it did not write. Promote ${release.tag} instead, or insist with an override`
}

/** What the record says a cluster holds; undefined for one that it does not know. */
function expectedOn(record: ReleaseRecord, cluster: string): Release | undefined {
  const { pin, accepted } = clusterRecord(record, cluster)
  return pin?.to ?? accepted[0]?.release
}

/** What gave way: what is pinned, or the release on record where the pin is right already. */
function fromOn({ record, pinned }: State, { cluster: { name } }: Question, to: Release): Release | 'none' | 'unknown' {
  const held = pinned(name)
  if (holds(held, to)) return expectedOn(record, name) ?? 'unknown'
  return asRelease(held, to.repository) ?? (held ? 'unknown' : 'none')
}

/** The source commit is told by the tag, where the kit named the image, completed by what is in quarantine. */
function releaseOf({ tree, app, image, base = '' }: Question): Release {
  const source = /^sha-([0-9a-f]{7,64})$/.exec(image.tag)?.[1]
  const known = source && quarantineOf(tree, app).find(entry => entry.source?.startsWith(source))?.source
  return { ...image, base, ...(known && { source: known }) }
}

function acceptedOn({ record }: State, cluster: string, release: Release): boolean {
  return clusterRecord(record, cluster).accepted.some(accepted => sameRelease(accepted.release, release))
}

function acceptedByAll(state: State, release: Release): boolean {
  const primaries = activePrimaries(state)
  const latest = primaries.map(({ name }) => clusterRecord(state.record, name).accepted[0]?.release)
  return primaries.length > 0 && latest.every(accepted => sameRelease(accepted, release))
}
