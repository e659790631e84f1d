import { dump } from 'js-yaml'
import { ConfigurationError, readDocument } from '../../configuration/index.ts'
import { apiVersion, type Cluster, type ClusterState, readCluster, readFleet } from '../../gitops/fleet/index.ts'
import { clearPin, readPin, setPin } from '../../gitops/manifests/index.ts'
import {
  asRelease,
  clusterFolder,
  clusterRecord,
  copyFolder,
  type Decided,
  nameRelease,
  pinChanges,
  quarantined,
  type Release,
  recordFile,
  type State,
  siblingOf,
  withCluster,
  writeRecord,
} from '../../gitops/promotion/index.ts'
import type { Change, Tree } from '../../gitops/repository/index.ts'
import { appsFor, whyUnselected } from './clusters.ts'
import { type FleetDecision, fleetWrite, nothingToDo } from './decision.ts'
import { platformFiles } from './platform.ts'
import { releaseFor } from './release-for.ts'

/** A cluster to be added; it starts inactive. */
export type NewCluster = Omit<Cluster, 'state'>

/**
 * Adds a cluster: its file, inactive and so without a share, and for each app whose waves select it a folder like that
 * of the cluster most like it, at the release that the fleet has accepted. What is pinned there is recorded, but as not
 * accepted: that takes health, once the cluster joins. While nothing is accepted, only what ran before the kit came is
 * taken over; what the kit has brought to the other cluster still has to prove itself there, and the pin stays empty.
 */
export function addCluster(tree: Tree, asked: NewCluster, decision: FleetDecision): Decided {
  const file = `clusters/${asked.name}.yaml`
  const text = clusterText(asked)
  const cluster = readCluster(readDocument(text, file))
  const fleet = readFleet(tree)
  const same = fleet.clusters.find(({ name }) => name === cluster.name)
  if (same && isSame(same, cluster)) return nothingToDo(`${cluster.name} is in clusters/ already, ${same.state}`)
  if (same) throw different(same, cluster)
  const sharing = fleet.clusters.find(({ server }) => server !== undefined && server === cluster.server)
  if (sharing) {
    throw new ConfigurationError({
      problem: `${sharing.name} has this API server already`,
      place: { input: '--server' },
      value: cluster.server,
      cure: 'Give another one',
    })
  }
  const apps = appsFor(tree, cluster)
  const folders = apps.map(state => folderFor(state, cluster, decision))
  const unselected = whyUnselected(tree, cluster)
  const warning = unselected ? [unselected.reason] : []
  const said = ['add, inactive', ...folders.flatMap(({ notes }) => notes), ...warning].join('; ')
  const changes = [
    { path: file, text },
    ...folders.flatMap(folder => folder.changes),
    ...platformFiles(tree, cluster, fleet),
  ]
  const decided = fleetWrite(tree, { cluster: cluster.name }, said, changes, decision)
  if (!unselected || decided.kind === 'nothing') return decided
  return { ...decided, said: `${said}. ${unselected.cure}: until then it cannot be activated` }
}

/** The text of a new cluster's file. */
export function clusterText(
  { name, labels, role, server, ingress, prometheus }: NewCluster,
  state: ClusterState = 'inactive',
): string {
  const spec = {
    ...(role !== undefined && { role }),
    state,
    ...(server !== undefined && { server }),
    ...(ingress !== undefined && { ingress }),
    ...(prometheus !== undefined && { prometheus }),
  }
  const metadata = { name, ...(Object.keys(labels).length > 0 && { labels }) }
  return dump({ apiVersion, kind: 'Cluster', metadata, spec }, { lineWidth: -1, noRefs: true })
}

type Folder = { changes: Change[]; notes: string[] }

function folderFor(state: State, cluster: Cluster, { at }: FleetDecision): Folder {
  const { tree, app, fleet, pipeline } = state
  const { name } = cluster
  const folder = clusterFolder(app, name)
  if (tree.id(folder) !== undefined) return { changes: [], notes: [`${app} has a folder for it already`] }
  const sibling = siblingOf(tree, app, cluster, fleet)
  const release = releaseFor(state)
  const what = `${app} at ${nameRelease(release)}`
  if (!sibling) {
    if (!release) return { changes: [], notes: [`${app} has no release yet`] }
    return {
      changes: [...pinChanges(tree, app, name, pipeline.image, release), ...recorded(state, name, release, at)],
      notes: [what],
    }
  }
  const copied = [...copyFolder(tree, app, sibling.name, name)]
  const from = [
    `copied from ${sibling.name}${sibling.role === cluster.role ? '' : ', which has another role: look at it'}`,
    ...copied
      .filter(([path, text]) => !path.endsWith('.example.yaml') && /^kind: SealedSecret\b/m.test(text))
      .map(([path]) => `${path} is sealed for ${sibling.name} alone: seal it for ${name}`),
  ].join('; ')
  const taken = !release && ranBefore(state, sibling.name)
  const pinned = (text: string, file: string) => {
    if (release) return pin(text, file, pipeline.image, release)
    return taken ? text : clearPin(text, file, pipeline.image)
  }
  const changes: Change[] = copied.map(([path, text]) => {
    const file = `${folder}/${path}`
    return { path: file, text: path === 'kustomization.yaml' ? pinned(text, file) : text }
  })
  const base = release?.base ?? (taken ? tree.id(`${clusterFolder(app, sibling.name)}/base`) : undefined)
  if (base !== undefined) changes.push({ path: `${folder}/base`, tree: base })
  if (release) return { changes: [...changes, ...recorded(state, name, release, at)], notes: [`${what}, ${from}`] }
  const how = taken ? `as on ${sibling.name}` : 'without a pin'
  return { changes, notes: [`${app} ${how}, as nothing is accepted yet, ${from}`] }
}

/** Whether what a cluster holds is none of the kit's doing, and nobody refused it. */
function ranBefore({ record, quarantine, pinned, pipeline }: State, cluster: string): boolean {
  const { pin, accepted } = clusterRecord(record, cluster)
  const release = asRelease(pinned(cluster), pipeline.image)
  return !pin && accepted.length === 0 && !(release && quarantined(quarantine, release))
}

function pin(text: string, file: string, image: string, { tag, digest }: Release): string {
  return setPin(text, file, image, { repository: readPin(text, file, image).newName ?? image, tag, digest })
}

/** The pin is the kit's own, brought to a cluster that is to join. */
function recorded({ app, record, tree }: State, cluster: string, release: Release, at: number): Change[] {
  const pin = { to: release, from: 'none' as const, at: new Date(at).toISOString(), parent: tree.commit, joining: true }
  return [{ path: recordFile(app), text: writeRecord(withCluster(record, cluster, entry => ({ ...entry, pin }))) }]
}

function isSame(one: Cluster, other: Cluster): boolean {
  return differing(one, other).length === 0
}

function differing(one: Cluster, other: Cluster) {
  const labels = ({ labels }: Cluster) => JSON.stringify(Object.entries(labels).sort())
  return [
    ...(['role', 'server', 'ingress', 'prometheus'] as const).filter(key => one[key] !== other[key]),
    ...(labels(one) === labels(other) ? [] : (['labels'] as const)),
  ]
}

function different(there: Cluster, asked: Cluster): ConfigurationError {
  const keys = differing(there, asked).map(key => {
    if (key === 'labels') return 'other labels'
    return there[key] === undefined ? `no ${key}` : `${key} ${JSON.stringify(there[key])}`
  })
  const all = [keys.slice(0, -1).join(', '), ...keys.slice(-1)].filter(part => part !== '').join(' and ')
  return new ConfigurationError({
    problem: `clusters/${asked.name}.yaml is there already, with ${all}`,
    place: { input: 'NAME' },
    value: asked.name,
    cure: 'Give another name, or edit that file',
  })
}
