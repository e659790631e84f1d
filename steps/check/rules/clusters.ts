import {
  type Cluster,
  nameSchema,
  type Pipeline,
  shares,
  unselected,
  waveClusters,
} from '../../../gitops/fleet/index.ts'
import { weightsFor } from '../../../gitops/traffic/index.ts'
import type { Finding } from '../../../rollouts/lint/index.ts'
import type { Subject } from '../subject.ts'
import { pipelineIn } from './apps.ts'
import { checkClusterLabels } from './cluster-labels.ts'

/** The clusters: what Argo CD and the load balancer need to know of each, and of all together. */
export function* checkClusters(subject: Subject): Iterable<Finding> {
  const { clusters } = subject.fleet
  const pipelines = readPipelines(subject)
  for (const [index, cluster] of clusters.entries()) {
    yield* fileName(subject, cluster)
    yield* sameServer(subject, cluster, clusters.slice(0, index))
    yield* ingress(subject, cluster)
    if (pipelines) yield* inNoWave(subject, cluster, pipelines)
    if (pipelines) yield* unseen(subject, cluster, pipelines)
  }
  yield* checkClusterLabels(subject)
  yield* nested(subject)
  yield* traffic(subject)
}

function* fileName({ clusterFile }: Subject, cluster: Cluster): Iterable<Finding> {
  const { file } = clusterFile(cluster)
  if (file.endsWith('.yaml')) return
  yield {
    rule: 'cluster-file-name',
    severity: 'error',
    problem: 'the ApplicationSets do not read a cluster file that ends in .yml',
    cure: `Rename it to clusters/${cluster.name}.yaml`,
    place: { file },
  }
}

/** The kit does not look into folders, where a Git generator's `clusters/*.yaml` does: `*` stands for slashes there. */
function* nested({ filesIn }: Subject): Iterable<Finding> {
  for (const { path } of filesIn('clusters')) {
    if (/^clusters\/[^/]+$/.test(path)) continue
    const name = path.slice(path.lastIndexOf('/') + 1).replace(/\.ya?ml$/, '')
    yield {
      rule: 'cluster-file-nested',
      severity: 'error',
      problem:
        'the kit does not look into folders of clusters/, so this cluster is not in its fleet, whatever Argo CD makes of it',
      cure: `Move it up to clusters/${name}.yaml`,
      place: { file: path },
    }
  }
}

function* sameServer({ clusterFile }: Subject, cluster: Cluster, before: readonly Cluster[]): Iterable<Finding> {
  const address = addressOf(cluster)
  const same = before.find(each => address !== undefined && addressOf(each) === address)
  if (!same) return
  yield {
    rule: 'same-server',
    severity: 'error',
    problem: `${same.name} has this API server too, so two Applications would fight over every object`,
    cure: 'Give each cluster its own',
    place: clusterFile(cluster).placeOf(['spec', 'server']),
  }
}

/** The API server's address, however it is written: in capitals, with the usual port, with a slash at its end. */
function addressOf({ server }: Cluster): string | undefined {
  if (server === undefined) return undefined
  const { protocol, host, pathname } = new URL(server)
  return `${protocol}//${host}${pathname.replace(/\/+$/, '')}`
}

function* ingress({ fleet, clusterFile }: Subject, cluster: Cluster): Iterable<Finding> {
  if (!fleet.settings.loadBalancer || cluster.role === undefined || cluster.ingress !== undefined) return
  yield {
    rule: 'no-ingress',
    severity: 'warning',
    problem: 'behind the shared load balancer, but where it is reached is not said',
    cure: 'Write ingress: host:port',
    place: clusterFile(cluster).placeOf(['spec'], { key: true }),
  }
}

/** All pipelines; undefined while one cannot be read, which is said of its file: nobody knows then what it selects. */
function readPipelines(subject: Subject): Pipeline[] | undefined {
  const read = subject.apps.filter(app => nameSchema.safeParse(app).success).map(app => pipelineIn(subject, app))
  const pipelines = read.flatMap(each => ('value' in each && each.value ? [each.value] : []))
  return read.some(each => 'finding' in each) ? undefined : pipelines
}

function* inNoWave({ clusterFile }: Subject, cluster: Cluster, pipelines: readonly Pipeline[]): Iterable<Finding> {
  const found = unselected(cluster, pipelines)
  if (!found) return
  const place = clusterFile(cluster).placeOf(['metadata', 'labels'], { key: true })
  yield { rule: 'cluster-in-no-wave', severity: 'warning', problem: found.reason, cure: found.cure, place }
}

/** What a gate analyses must have a Prometheus, and so must what it sees healthy by the observer that is the default. */
function* unseen({ clusterFile }: Subject, cluster: Cluster, pipelines: readonly Pipeline[]): Iterable<Finding> {
  const waves = pipelines.flatMap(({ waves }) => waves).filter(wave => waveClusters(wave, [cluster]).length > 0)
  if (cluster.prometheus !== undefined || waves.length === 0) return
  const isAnalysed = waves.some(({ gate }) => gate.analysis)
  yield {
    rule: 'no-prometheus',
    severity: 'warning',
    problem: isAnalysed
      ? 'gates analyse it, and which Prometheus to ask is not said: promote would admit no release'
      : 'gates wait for its health, and which Prometheus to ask is not said: promote would bring no release, unless its observer is argocd or kubernetes',
    cure: 'Write prometheus: https://…',
    place: clusterFile(cluster).placeOf(['spec'], { key: true }),
  }
}

/** A share that whole weights cannot give, and a fleet that cannot judge or serve. */
function* traffic({ fleet }: Subject): Iterable<Finding> {
  const { clusters, settings } = fleet
  const active = (role: string) => clusters.filter(each => each.role === role && each.state === 'active')
  const warn = (rule: string, problem: string, cure: string): Finding => ({
    rule,
    severity: 'warning',
    problem,
    cure,
    place: { file: rule === 'share-not-exact' ? 'fleet.yaml' : 'clusters' },
  })
  if (!clusters.some(({ role }) => role !== undefined)) return
  if (active('canary').length === 0) {
    yield warn('no-active-canary', 'no canary cluster is active, so no release can be judged', 'Activate one')
  }
  if (active('primary').length === 0) {
    yield warn('no-active-primary', 'no primary cluster is active, so the canaries take all traffic', 'Activate one')
  }
  if (active('canary').length === 0 || active('primary').length === 0) return
  const weights = weightsFor(shares(fleet))
  const sum = (names: readonly Cluster[]) => names.reduce((total, { name }) => total + (weights.get(name) ?? 0), 0)
  const given = (100 * sum(active('canary'))) / sum(clusters)
  if (Math.abs(given - settings.canaryShare) < 0.1) return
  yield warn(
    'share-not-exact',
    `whole weights up to 256 give the canaries ${given.toFixed(2)}% where canaryShare asks for ${settings.canaryShare}%`,
    'Take another share, or other numbers of clusters',
  )
}
