import { ConfigurationError } from '../../configuration/index.ts'
import { glob } from '../../gitops/projects/index.ts'
import type { Tree } from '../../gitops/repository/index.ts'
import { chosenProject, projectsIn } from './project.ts'

/** Kubernetes' own namespaces, and the one that Argo CD's manifests and its projects here are in. */
const reserved = /^(?:kube-.*|default|argocd)$/

/**
 * Throws a ConfigurationError where the namespace of an app's name is not for apps: Kubernetes' or Argo CD's own, or one
 * that another AppProject deploys to, such as the platform's.
 */
export function requireOwnNamespace(tree: Tree, app: string, like: string): void {
  if (reserved.test(app)) throw taken(app, 'the namespace of this name is of Kubernetes or Argo CD themselves')
  const projects = projectsIn(tree)
  const chosen = chosenProject(projects, like)
  const owner = projects.find(
    project => project !== chosen && project.spec.destinations.some(({ namespace }) => glob(namespace).test(app)),
  )
  if (owner) throw taken(app, `the namespace of this name is one that ${owner.path} deploys to`)
}

function taken(app: string, problem: string): ConfigurationError {
  return new ConfigurationError({ problem, value: app, cure: 'Give the app another name' })
}
