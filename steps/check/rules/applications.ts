import { createHash } from 'node:crypto'
import type { Finding } from '../../../rollouts/lint/index.ts'
import type { Subject } from '../subject.ts'

/** Every folder makes an Application; two of one name would take turns in deploying. */
export function* checkApplications({ tree, apps }: Subject): Iterable<Finding> {
  const names = new Map<string, string>()
  for (const app of apps) {
    for (const { name: cluster, kind } of tree.list(`apps/${app}/clusters`)) {
      if (kind !== 'tree') continue
      const folder = `apps/${app}/clusters/${cluster}`
      const name = applicationName(app, cluster)
      const other = names.get(name)
      names.set(name, folder)
      if (other === undefined) continue
      yield {
        rule: 'application-name',
        severity: 'error',
        problem: `its Application would have the name of that of ${other}: ${name}`,
        cure: 'Rename the app or the cluster',
        place: { file: folder },
      }
    }
  }
}

/**
 * The name that applicationsets/apps.yaml gives: `<app>.<cluster>`, and where that is longer than a label's value may
 * be, its beginning and a digest of the whole.
 */
export function applicationName(app: string, cluster: string): string {
  const name = `${app}.${cluster}`
  if (name.length <= 63) return name
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 10)
  return `${name.slice(0, 52).replace(/^[-.]+|[-.]+$/g, '')}.${digest}`
}
