import type { Tree } from '../../gitops/repository/index.ts'
import type { Finding } from '../../rollouts/lint/index.ts'
import { type Around, wholeRepository } from '../folder/index.ts'
import { checkApplications } from './rules/applications.ts'
import { checkApps } from './rules/apps.ts'
import { checkAttestations } from './rules/attestations.ts'
import { checkClusters } from './rules/clusters.ts'
import { checkComparisons } from './rules/comparisons.ts'
import { checkDeletion } from './rules/deletion.ts'
import { checkIncluded } from './rules/included.ts'
import { checkPins } from './rules/pins.ts'
import { checkPreviews } from './rules/previews.ts'
import { checkProjects } from './rules/projects.ts'
import { checkReferences } from './rules/references.ts'
import { checkSecrets } from './rules/secrets.ts'
import { checkTemplates } from './rules/templates.ts'
import { readSubject, type Subject } from './subject.ts'

/** A rule gives all that it finds; it never throws for what people wrote. */
type Rule = (subject: Subject) => Iterable<Finding> | Promise<Iterable<Finding>>

const rules: readonly Rule[] = [
  checkClusters,
  checkApps,
  checkTemplates,
  checkComparisons,
  checkReferences,
  checkPins,
  checkAttestations,
  checkIncluded,
  checkApplications,
  checkDeletion,
  checkProjects,
  checkPreviews,
  checkSecrets,
]

/**
 * Checks a whole GitOps repository: every file against its schema, what they say of each other, and what would make a
 * promotion, the load balancer or Argo CD stop. Findings come in the order of files and lines. Where it is a folder of a
 * Git repository, `around` is that one: Argo CD's paths begin there.
 */
export async function checkRepository(tree: Tree, around: Around = wholeRepository(tree)): Promise<Finding[]> {
  const { subject, findings } = readSubject(tree, around)
  const found = await Promise.all(rules.map(async rule => [...(await rule(subject))]))
  const key = ({ place }: Finding): [string, number, number] =>
    'file' in place ? [place.file, place.line ?? 0, place.column ?? 0] : ['', 0, 0]
  return [...findings, ...found.flat()].toSorted((left, right) => {
    const [one, other] = [key(left), key(right)]
    if (one[0] !== other[0]) return one[0] < other[0] ? -1 : 1
    return one[1] - other[1] || one[2] - other[2]
  })
}
