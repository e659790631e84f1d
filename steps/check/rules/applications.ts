import { emptyGenerators, type Rendering, renderSets } from '../../../gitops/applications/index.ts'
import type { Tree } from '../../../gitops/repository/index.ts'
import type { Finding } from '../../../rollouts/lint/index.ts'
import type { Around } from '../../folder/index.ts'
import { attempt } from '../attempt.ts'
import type { Subject } from '../subject.ts'

/** The Applications that the ApplicationSets make: no set is stopped, finds nothing, or has its name twice, nor an Application. */
export function* checkApplications({ tree, around }: Subject): Iterable<Finding> {
  const renderings = attempt('invalid-yaml', { file: 'applicationsets' }, () => renderSets(tree, around.root))
  if ('finding' in renderings) return // said of the file already
  for (const rendering of renderings.value) yield* problems(rendering)
  yield* twice(renderings.value)
  yield* nothing(tree, around)
  const names = new Map<string, string>()
  for (const { name, set } of renderings.value.flatMap(({ applications }) => applications)) {
    const other = names.get(name)
    names.set(name, set)
    if (other === undefined) continue
    yield {
      rule: 'application-name',
      severity: 'error',
      problem: `two Applications have the name ${name} (${other === set ? set : `${other} and ${set}`}): they would take turns in deploying`,
      cure: 'Rename the app, the cluster or the component',
      place: { file: 'applicationsets' },
    }
  }
}

/** Of two with one name Argo CD applies both, and the later stays: what the other makes would not be what there is. */
function* twice(renderings: readonly Rendering[]): Iterable<Finding> {
  const seen = new Map<string, string>()
  for (const { name, document } of renderings) {
    const other = seen.get(name)
    seen.set(name, document.file)
    if (other === undefined) continue
    yield {
      rule: 'applicationset-twice',
      severity: 'error',
      problem: `${other} has an ApplicationSet of the name ${name} too, and only one of the two can be there`,
      cure: 'Rename one, or remove it',
      place: document.placeOf(['metadata', 'name']),
    }
  }
}

/** Argo CD takes a generator that finds nothing for one that has nothing to make. */
function* nothing(tree: Tree, { root, folder }: Around): Iterable<Finding> {
  const begin = folder === '' ? 'of the repository' : `of the Git repository, in which this one is ${folder}/`
  for (const { name, document, path } of emptyGenerators(tree, root)) {
    yield {
      rule: 'generator-finds-nothing',
      severity: 'error',
      problem: `${name} finds nothing here, so it makes nothing of it, and Argo CD would not say so`,
      cure: `Correct its paths, which begin at the root ${begin}, or remove it`,
      place: document.placeOf(path, { key: true }),
    }
  }
}

function* problems({ document, name, stopped, unknown }: Rendering): Iterable<Finding> {
  const place = document.placeOf(['spec'], { key: true })
  if (stopped !== undefined) {
    yield {
      rule: 'applicationset-stopped',
      severity: 'error',
      problem: `${name} stops, and leaves every Application as it is: ${stopped}`,
      cure: 'Correct what it reads, or its template',
      place,
    }
  }
  if (unknown !== undefined) {
    yield {
      rule: 'applicationset-unknown',
      severity: 'warning',
      problem: `what ${name} makes cannot be told here: ${unknown}`,
      cure: 'Look at what Argo CD makes of it (`argocd appset generate`)',
      place,
    }
  }
}
