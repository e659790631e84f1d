import { type Comparison, compareApplications, type Rendering, renderSets } from '../../gitops/applications/index.ts'
import type { Tree } from '../../gitops/repository/index.ts'
import type { Finding } from '../../rollouts/lint/index.ts'

/** What a change does to the Applications, and what of it is refused. */
export type ChangeCheck = { applications: Comparison; findings: readonly Finding[] }

/**
 * Compares what the ApplicationSets make of two trees, and refuses a change that makes more than `removes` Applications
 * no more, or of which that cannot be told. Throws a ConfigurationError for an ApplicationSet that is no YAML.
 */
export function checkChange(base: Tree, head: Tree, { removes }: { removes: number }): ChangeCheck {
  const [before, after] = [renderSets(base), renderSets(head)]
  const applications = compareApplications(before, after)
  const { removed } = applications
  const findings = [...untold('before', before), ...untold('after', after)]
  if (removed.length > removes) {
    findings.push({
      rule: 'applications-removed',
      severity: 'error',
      problem: `${removed.length} Application${removed.length === 1 ? ' is' : 's are'} made no more: ${shorten(removed)}`,
      cure: `If all of it is meant, allow it: --removes ${removed.length}`,
      place: { file: 'applicationsets' },
    })
  }
  return { applications, findings }
}

function untold(when: 'before' | 'after', renderings: readonly Rendering[]): Finding[] {
  return renderings.flatMap(({ name, document, unknown, stopped }): Finding[] => {
    const why = unknown ?? (when === 'before' ? undefined : stopped)
    if (why === undefined) return []
    return [
      {
        rule: 'change-unknown',
        severity: 'error',
        problem: `what ${name} makes ${when} the change cannot be told, so neither what it removes: ${why}`,
        cure: when === 'before' ? 'Compare with a base that can be told' : 'Correct it',
        place: document.placeOf(['spec'], { key: true }),
      },
    ]
  })
}

const most = 20

function shorten(names: readonly string[]): string {
  if (names.length <= most) return names.join(', ')
  return `${names.slice(0, most).join(', ')} and ${names.length - most} more`
}
