import { includedFiles, renderSets } from '../../../gitops/applications/index.ts'
import type { Finding } from '../../../rollouts/lint/index.ts'
import { attempt } from '../attempt.ts'
import type { Subject } from '../subject.ts'

/**
 * With `missingkey=error` a label that is not there stops every Application of the set, unless the template looks first
 * or the generator leaves the cluster out: so it is said of sets alone that are stopped, or that nobody can tell.
 */
export function* checkClusterLabels(subject: Subject): Iterable<Finding> {
  const { clusterFile, fleet } = subject
  const missing = [...labelsUsed(subject)].flatMap(([label, paths]) =>
    fleet.clusters.filter(cluster => !Object.hasOwn(cluster.labels, label)).map(cluster => ({ label, paths, cluster })),
  )
  if (missing.length === 0) return
  const stopped = stoppedFiles(subject)
  for (const { label, paths, cluster } of missing) {
    const files = paths.filter(path => stopped.has(path))
    if (files.length === 0) continue
    yield {
      rule: 'cluster-label',
      severity: 'error',
      problem: `the label ${label} is missing: ${files.join(', ')} use it, and stop as a whole without it`,
      cure: `Write labels: { ${label}: … }`,
      place: clusterFile(cluster).placeOf(['metadata', 'labels'], { key: true }),
    }
  }
}

/** The labels of clusters that ApplicationSets use, with the files that do. */
function labelsUsed({ tree }: Subject): Map<string, string[]> {
  const wanted = new Map<string, string[]>()
  for (const path of includedFiles(tree).taken) {
    const read = attempt('unreadable', { file: path }, () => tree.read(path)) // said of the file already
    const used = (('value' in read && read.value) || '').matchAll(
      /\{\{[^}]*\.metadata\.labels\.([A-Za-z0-9_]+)[^}]*\}\}/g,
    )
    for (const label of new Set([...used].map(([, name = '']) => name))) {
      wanted.set(label, [...(wanted.get(label) ?? []), path])
    }
  }
  return wanted
}

/** The files with a set that is stopped, or of which it cannot be told. */
function stoppedFiles({ tree, around }: Subject): ReadonlySet<string> {
  const read = attempt('invalid-yaml', { file: 'applicationsets' }, () => renderSets(tree, around.root))
  if ('finding' in read) return new Set() // said of the file already
  const stuck = read.value.filter(({ stopped, unknown }) => stopped !== undefined || unknown !== undefined)
  return new Set(stuck.map(({ document }) => document.file))
}
