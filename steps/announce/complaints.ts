import { GitHubError, type Permissions } from '../../github/index.ts'
import type { Log } from '../../host/index.ts'
import type { Errand, Failure, Subject } from './errands.ts'

/** What a token must be able to do to show what, as an App is asked for it and as a workflow writes it. */
export const needs = {
  checks: { what: 'check runs', permission: 'checks: write', permissions: { checks: 'write', contents: 'read' } },
  deployments: {
    what: 'deployments',
    permission: 'deployments: write',
    permissions: { deployments: 'write', contents: 'read' },
  },
} as const satisfies Record<Subject, { what: string; permission: string; permissions: Permissions }>

/**
 * Warns of what is not shown, and of the permission that is missing where one is: once for each, however often it is
 * tried. What is put off is no warning yet.
 */
export function openComplaints(log: Log) {
  const warned = new Set<string>()

  function warnOnce(about: string, line: string): void {
    if (!warned.has(about)) log.warning(line)
    warned.add(about)
  }

  return ({ subject, key }: Errand, error: unknown, what: Failure, where: string): void => {
    const { what: things, permission } = needs[subject]
    const said = error instanceof Error ? error.message : String(error)
    if (what === 'later') log.debug(`${key}: ${said}`)
    else if (what === 'errand') warnOnce(said, `GitHub does not show ${key} on ${where}: ${said}`)
    else {
      const named = error instanceof GitHubError ? error.permission : undefined
      const missing = named === undefined || named.startsWith(`${subject}: `) ? permission : named
      warnOnce(subject, `no ${things} are shown on ${where}, which needs the permission "${missing}" there: ${said}`)
    }
  }
}
