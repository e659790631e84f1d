import { isDeepStrictEqual } from 'node:util'
import {
  type Comparison,
  compareApplications,
  type Rendering,
  renderPreviews,
  renderSets,
  whyUntold,
} from '../../gitops/applications/index.ts'
import type { Finding } from '../../rollouts/lint/index.ts'
import type { Checkout } from '../folder/index.ts'

/** What a change does to the Applications, and what of it is refused. */
export type ChangeCheck = { applications: Comparison; findings: readonly Finding[] }

/**
 * Compares what the ApplicationSets make before and after a change, and refuses one that makes more than `removes`
 * Applications no more, or of which that cannot be told. Throws a ConfigurationError for an ApplicationSet that is no YAML.
 */
export function checkChange(base: Checkout, head: Checkout, { removes }: { removes: number }): ChangeCheck {
  const [before, after] = [renderSets(base.tree, base.root), renderSets(head.tree, head.root)]
  const applications = compareApplications(before, after)
  const { removed } = applications
  const findings = [...untold('before', before), ...untold('after', after), ...previews(base, head)]
  if (removed.length > removes) {
    findings.push({
      rule: 'applications-removed',
      severity: 'error',
      problem: `${removed.length} Application${removed.length === 1 ? ' is' : 's are'} made no more: ${shorten(removed)}`,
      cure: `If all of it is meant, allow it: --removes ${removed.length}, which the starter check.yml takes from a label removes-${removed.length}`,
      place: { file: 'applicationsets' },
    })
  }
  return { applications, findings }
}

function untold(when: 'before' | 'after', renderings: readonly Rendering[]): Finding[] {
  return renderings.flatMap((rendering): Finding[] => {
    const why = whyUntold(when, rendering)
    if (why === undefined) return []
    return [
      {
        rule: 'change-unknown',
        severity: 'error',
        problem: `what ${rendering.name} makes ${when} the change cannot be told, so neither what it removes: ${why}`,
        cure:
          when === 'before'
            ? 'Compare with a base that can be told, or repair it by a change of its own that somebody looks at'
            : 'Correct it',
        place: rendering.document.placeOf(['spec'], { key: true }),
      },
    ]
  })
}

/** Previews are meant to go, so this is said and not refused: how many there are is known to GitHub alone. */
function previews(base: Checkout, head: Checkout): Finding[] {
  const [before, after] = [base, head].map(({ tree, root }) => renderPreviews(tree, root).previews)
  const isKept = (name: string, asked: unknown) =>
    after?.some(each => each.name === name && isDeepStrictEqual(each.asked, asked))
  const gone = (before ?? []).filter(({ name, asked }) => !isKept(name, asked)).map(({ name }) => name)
  if (gone.length === 0) return []
  return [
    {
      rule: 'previews-removed',
      severity: 'warning',
      problem: `the previews like ${shorten(gone)} are made no more, or of other pull requests: those that run now are deleted`,
      cure: 'Put the element, its name or what is asked for back, if they are to stay',
      place: { file: 'applicationsets' },
    },
  ]
}

const most = 20

function shorten(names: readonly string[]): string {
  if (names.length <= most) return names.join(', ')
  return `${names.slice(0, most).join(', ')} and ${names.length - most} more`
}
