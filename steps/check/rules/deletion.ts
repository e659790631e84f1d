import { z } from 'zod'
import type { Document, Step } from '../../../configuration/index.ts'
import { readSets } from '../../../gitops/applications/index.ts'
import type { Finding } from '../../../rollouts/lint/index.ts'
import { attempt } from '../attempt.ts'
import type { Subject } from '../subject.ts'

const finalizer = 'resources-finalizer.argocd.argoproj.io'

/** As much of any ApplicationSet, understood or not, as says what it deletes. */
const set = z.object({
  metadata: z.object({ name: z.string(), finalizers: z.unknown() }).partial().catch({}),
  spec: z
    .object({
      syncPolicy: z
        .object({ applicationsSync: z.unknown(), preserveResourcesOnDeletion: z.unknown() })
        .partial()
        .catch({}),
      generators: z.array(z.unknown()).catch([]),
      template: z
        .object({ metadata: z.object({ finalizers: z.unknown() }).partial() })
        .partial()
        .catch({}),
    })
    .partial()
    .catch({}),
})

/** Whether an ApplicationSet can delete a running app. One that waits for pull requests alone is meant to: previews go. */
export function* checkDeletion({ tree }: Subject): Iterable<Finding> {
  const sets = attempt('invalid-yaml', { file: 'applicationsets' }, () => readSets(tree))
  if ('finding' in sets) return // said of the file already
  for (const { name, document } of sets.value) if (isSet(document)) yield* inSet(name, document)
}

function* inSet(name: string, document: Document): Iterable<Finding> {
  const { metadata, spec } = set.parse(document.value)
  const { syncPolicy = {}, generators = [], template = {} } = spec
  if (generators.length > 0 && generators.every(isOfPullRequests)) return
  const error = (path: readonly Step[], problem: string, cure: string): Finding => ({
    rule: 'applicationset-deletes',
    severity: 'error',
    problem: `${name} ${problem}`,
    cure,
    place: document.placeOf(path, { key: true }),
  })
  if (!['create-update', 'create-only'].includes(String(syncPolicy.applicationsSync))) {
    yield error(
      ['spec', 'syncPolicy', 'applicationsSync'],
      'deletes the Applications that its generators no longer find, with all that runs, be it by a mistyped path',
      'Write applicationsSync: create-update',
    )
  }
  if (syncPolicy.preserveResourcesOnDeletion !== true) {
    yield error(
      ['spec', 'syncPolicy', 'preserveResourcesOnDeletion'],
      'gives its Applications a finalizer with which deleting one deletes what it runs',
      'Write preserveResourcesOnDeletion: true',
    )
  }
  if (!Array.isArray(metadata.finalizers) || !metadata.finalizers.includes(finalizer)) {
    yield error(
      ['metadata', 'finalizers'],
      'takes its Applications along when it is deleted',
      `Write finalizers: [${finalizer}], with which Argo CD lets go of them first`,
    )
  }
  if (deletes(template.metadata?.finalizers)) {
    yield error(
      ['spec', 'template', 'metadata', 'finalizers'],
      'gives its Applications a finalizer with which deleting one deletes what it runs',
      'Remove it',
    )
  }
}

/** Not a list of sets, which another rule says cannot be told. */
function isSet({ value }: Document): boolean {
  return z.object({ kind: z.literal('ApplicationSet') }).safeParse(value).success
}

const leaf = z.object({ pullRequest: z.unknown() }).refine(({ pullRequest }) => pullRequest != null)
const joined = z.object({ matrix: z.object({ generators: z.array(z.unknown()) }) })

function isOfPullRequests(generator: unknown): boolean {
  const matrix = joined.safeParse(generator).data?.matrix
  return matrix ? matrix.generators.some(isOfPullRequests) : leaf.safeParse(generator).success
}

/** Whether finalizers delete what an Application runs; what follows a slash, such as background, says how. */
function deletes(finalizers: unknown): boolean {
  return Array.isArray(finalizers) && finalizers.some(each => String(each).split('/')[0] === finalizer)
}
