import { globSync } from 'node:fs'

/** Where workflows and actions stand; zizmor does not look into `workflows/` by itself, so each file is named. */
const workflowPatterns = [
  '.github/workflows/*.yml',
  'workflows/*.yml',
  'examples/*/.github/workflows/*.yml',
  'gitops/template/.github/workflows/*.yml',
]

/** Every workflow of the repository, as paths relative to its root. */
export function workflowFiles(root: string): string[] {
  return workflowPatterns.flatMap(pattern => globSync(pattern, { cwd: root })).sort()
}

/** Every `action.yml`, as paths relative to the root. */
export function actionFiles(root: string): string[] {
  return globSync('actions/*/action.yml', { cwd: root }).sort()
}
