import { type Rendering, renderSets } from '../../../gitops/applications/index.ts'
import type { Finding } from '../../../rollouts/lint/index.ts'
import { attempt } from '../attempt.ts'
import type { Subject } from '../subject.ts'

/** The Applications that the ApplicationSets make: none is stopped, and no two have one name. */
export function* checkApplications({ tree }: Subject): Iterable<Finding> {
  const renderings = attempt('invalid-yaml', { file: 'applicationsets' }, () => renderSets(tree))
  if ('finding' in renderings) return // said of the file already
  for (const rendering of renderings.value) yield* problems(rendering)
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
