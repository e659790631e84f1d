import {
  accept,
  activePrimaries,
  asRelease,
  clusterRecord,
  findEvidence,
  lackingApproval,
  nameRelease,
  quarantined,
  quarantineOf,
  type Release,
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
 * all active primaries have accepted.
 */
export const promise: Guard = {
  refusal(question) {
    const { tree, app, pipeline, cluster } = question
    const release = releaseOf(question)
    const entry = quarantined(quarantineOf(tree, app), release)
    if (entry)
      return `${nameRelease(release)} is in quarantine since ${entry.at}, put there by ${entry.by}: ${entry.reason}`
    if (!pipeline || cluster.role !== 'primary') return undefined
    const state = readState(tree, app)
    if (acceptedOn(state, cluster.name, release) || acceptedByAll(state, release)) return undefined
    const found = findEvidence(state, release)
    if (found.kind === 'missing') return `${found.reason}. ${found.cure}, or promote it`
    const wave = lackingApproval(state, cluster.name, release)
    return wave && `nobody approved ${nameRelease(release)} after wave ${wave.name}. Approve it with promote`
  },

  record(overridden, reason, at) {
    const [first] = overridden
    if (!first?.pipeline) return []
    const { tree, app } = first
    const record = overridden.reduce(
      (record, question) =>
        withCluster(record, question.cluster.name, entry => {
          const to = releaseOf(question)
          const pinned = readState(tree, app).pinned(question.cluster.name)
          const from = asRelease(pinned, to.repository) ?? (pinned ? 'unknown' : 'none')
          return {
            ...accept(entry, { release: to, how: 'override', at, reason }),
            pin: { to, from, at, parent: tree.commit },
          }
        }),
      recordOf(tree, app),
    )
    return [{ path: recordFile(app), text: writeRecord(record) }]
  },
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
