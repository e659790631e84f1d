import { readDocument } from '../../../configuration/index.ts'
import { type Cluster, waveClusters } from '../../../gitops/fleet/index.ts'
import type { Template } from '../../../rollouts/analysis/index.ts'
import type { Finding } from '../../../rollouts/lint/index.ts'
import { readGateTemplates } from '../../promote/index.ts'
import { attempt } from '../attempt.ts'
import type { Subject } from '../subject.ts'
import { pipelineIn } from './apps.ts'

/**
 * Gates that compare a cluster with others: they ask the Prometheus that the cluster's file names, which has to know the
 * others, too. Where every cluster names its own, there is nothing to compare with, and no release but the first passes.
 */
export function* checkComparisons(subject: Subject): Iterable<Finding> {
  for (const app of subject.apps) {
    const pipeline = pipelineIn(subject, app)
    const library = attempt('invalid-template', { file: `apps/${app}/analysis` }, () =>
      readGateTemplates(subject.tree, app),
    )
    if ('finding' in pipeline || !pipeline.value || 'finding' in library) continue // said already
    const { waves } = pipeline.value
    const released = subject.fleet.clusters.filter(each => waves.some(wave => waveClusters(wave, [each]).length > 0))
    const file = `apps/${app}/pipeline.yaml`
    const source = readDocument(subject.tree.read(file) ?? '', file)
    for (const [number, wave] of waves.entries()) {
      const alone = waveClusters(wave, released).filter(each => isAlone(each, released))
      for (const [index, name] of (wave.gate.analysis?.templates ?? []).entries()) {
        const template = library.value.templates.find(each => each.name === name)
        if (alone.length === 0 || !template || !comparesClusters(template)) continue
        const names = alone.map(cluster => cluster.name).join(', ')
        yield {
          rule: 'compared-elsewhere',
          severity: 'warning',
          problem: `${name} compares ${names} with other clusters, all of which name another Prometheus: it finds nothing to compare with, and no release but the first passes`,
          cure: 'Have the clusters write to one store (remoteWrite in platform/kube-prometheus-stack/values.yaml), and name it as prometheus in clusters/',
          place: source.placeOf(['spec', 'waves', number, 'gate', 'analysis', 'templates', index]),
        }
      }
    }
  }
}

/** Whether none of the clusters that hold the stable release, the primaries where there are any, is in its Prometheus. */
function isAlone(cluster: Cluster, released: readonly Cluster[]): boolean {
  const others = released.filter(each => each !== cluster)
  const primaries = others.filter(({ role }) => role === 'primary')
  const addresses = (primaries.length > 0 ? primaries : others).map(addressOf)
  const own = addressOf(cluster)
  return own !== undefined && addresses.length > 0 && addresses.every(each => each !== undefined && each !== own)
}

function addressOf({ prometheus }: Cluster): string | undefined {
  return prometheus === undefined ? undefined : new URL(prometheus).href.replace(/\/+$/, '')
}

function comparesClusters({ spec }: Template): boolean {
  const queries = (spec.metrics ?? []).map(({ provider }) => provider?.prometheus?.query ?? '')
  return queries.some(query => /\bcluster\s*!=\s*["'`]\{\{\s*args\.cluster\s*\}\}/.test(query))
}
