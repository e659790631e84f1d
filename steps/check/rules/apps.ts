import { readDocument } from '../../../configuration/index.ts'
import { type Cluster, nameSchema, type Pipeline, pipelineOf, waveClusters } from '../../../gitops/fleet/index.ts'
import { quarantineOf, recordOf } from '../../../gitops/promotion/index.ts'
import type { Finding } from '../../../rollouts/lint/index.ts'
import { attempt } from '../attempt.ts'
import type { Subject } from '../subject.ts'

/** The apps: what the kit reads of each, the waves, and the clusters that their folders name. */
export function* checkApps(subject: Subject): Iterable<Finding> {
  for (const app of subject.apps) {
    const folder = `apps/${app}`
    if (!nameSchema.safeParse(app).success) {
      yield error('app-name', 'not a name for an app: lower-case letters, digits and -', 'Rename the folder', folder)
      continue
    }
    yield* records(subject, app)
    yield* folders(subject, app)
    const pipeline = pipelineIn(subject, app)
    if ('finding' in pipeline) yield pipeline.finding
    else if (pipeline.value) yield* waves(subject, app, pipeline.value)
    if (!subject.tree.list(`${folder}/base`).some(({ name }) => /^(kustomization\.ya?ml|Kustomization)$/.test(name))) {
      yield error(
        'no-base',
        'there is no kustomization in base/, so there is nothing to release',
        `Write ${folder}/base/kustomization.yaml`,
        folder,
      )
    }
  }
}

/** An app's pipeline, undefined where it has none. */
export function pipelineIn({ tree }: Subject, app: string): { value: Pipeline | undefined } | { finding: Finding } {
  return attempt('invalid-file', { file: `apps/${app}/pipeline.yaml` }, () => pipelineOf(tree, app))
}

function* records({ tree }: Subject, app: string): Iterable<Finding> {
  for (const read of [recordOf, quarantineOf]) {
    const result = attempt('invalid-file', { file: `apps/${app}` }, () => read(tree, app))
    if ('finding' in result) yield result.finding
  }
}

function* folders({ tree, fleet }: Subject, app: string): Iterable<Finding> {
  for (const { name, kind } of tree.list(`apps/${app}/clusters`)) {
    if (kind !== 'tree' || fleet.clusters.some(cluster => cluster.name === name)) continue
    const names = fleet.clusters.map(cluster => cluster.name).join(', ') || 'none'
    yield error(
      'unknown-cluster',
      `clusters/${name}.yaml is not there or wrong, so this folder makes no Application`,
      `Add the cluster, or remove the folder; clusters/ has ${names}`,
      `apps/${app}/clusters/${name}`,
    )
  }
}

function* waves({ tree, fleet }: Subject, app: string, pipeline: Pipeline): Iterable<Finding> {
  const file = `apps/${app}/pipeline.yaml`
  const source = readDocument(tree.read(file) ?? '', file)
  const seen: Cluster[] = []
  for (const [index, wave] of pipeline.waves.entries()) {
    const selected = waveClusters(wave, fleet.clusters)
    const at = source.placeOf(['spec', 'waves', index, 'name'])
    if (selected.length === 0) {
      yield {
        rule: 'empty-wave',
        severity: 'error',
        problem: `wave ${wave.name} selects no cluster, and an empty wave blocks`,
        cure: 'Correct its labels and role, or remove it',
        place: at,
      }
    } else if (!selected.some(({ state }) => state === 'active')) {
      yield {
        rule: 'inactive-wave',
        severity: 'warning',
        problem: `wave ${wave.name} selects no active cluster, and blocks until one is`,
        cure: `Activate ${selected.map(({ name }) => name).join(' or ')}`,
        place: at,
      }
    }
    const late = selected.some(({ role }) => role === 'primary')
      ? activeCanaries(fleet.clusters).filter(canary => ![...seen, ...selected].includes(canary))
      : []
    if (late.length > 0) {
      const names = late.map(({ name }) => name).join(', ')
      yield {
        rule: 'primary-before-canary',
        severity: 'error',
        problem: `wave ${wave.name} holds a primary, and no wave up to it holds canary ${names}: it could never begin`,
        cure: 'Put a wave with role: canary before it',
        place: at,
      }
    }
    seen.push(...selected)
  }
}

function activeCanaries(clusters: readonly Cluster[]): Cluster[] {
  return clusters.filter(({ role, state }) => role === 'canary' && state === 'active')
}

function error(rule: string, problem: string, cure: string, file: string): Finding {
  return { rule, severity: 'error', problem, cure, place: { file } }
}
