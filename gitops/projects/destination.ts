import { glob } from './glob.ts'
import type { Project } from './project.ts'

/** Where an Application goes: Argo CD knows a cluster by both its name and its address. Empty where it is not said. */
export type Destination = { name: string; server: string; namespace: string }

/**
 * Whether a project lets its Applications go there: one of its destinations matches cluster and namespace, and none that
 * begins with `!` speaks against it (pkg/apis/application/v1alpha1/app_project_types.go, isDestinationMatched).
 */
export function permitsDestination({ spec }: Pick<Project, 'spec'>, { name, server, namespace }: Destination): boolean {
  let isPermitted = false
  for (const item of spec.destinations) {
    const byName = name !== '' && matches(item.name, name)
    const byServer = server !== '' && matches(item.server, server)
    const byNamespace = matches(item.namespace, namespace)
    if ((byName || byServer) && byNamespace) isPermitted = true
    else if (byNamespace && ((!byName && isDenied(item.name)) || (!byServer && isDenied(item.server)))) return false
    else if (!byNamespace && isDenied(item.namespace) && byServer) return false
  }
  return isPermitted
}

function matches(pattern: string, text: string): boolean {
  return isDenied(pattern) ? !glob(pattern.slice(1)).test(text) : glob(pattern).test(text)
}

function isDenied(pattern: string): boolean {
  return pattern.startsWith('!')
}
