import { includedFiles } from '../../../gitops/applications/index.ts'
import type { Finding } from '../../../rollouts/lint/index.ts'
import type { Subject } from '../subject.ts'

/** Files beside the ApplicationSets and projects that look as if Argo CD took them, and that it does not. */
export function* checkIncluded({ tree }: Subject): Iterable<Finding> {
  for (const file of includedFiles(tree).left) {
    yield {
      rule: 'not-included',
      severity: 'error',
      problem: 'Argo CD does not take it: bootstrap/root.yaml includes what ends in .yaml',
      cure: 'Rename it, or put it elsewhere',
      place: { file },
    }
  }
}
