import type { Tree } from '../repository/index.ts'
import { type ReadSet, readSets } from './application-set.ts'
import { isMap, TemplateError, type Value } from './go-template/index.ts'
import { type Parameters, type PullRequests, parametersOf } from './parameters.ts'
import { type Application, applicationOf } from './render.ts'

/** The Application of a pull request, and what its set asks for to find such ones, whatever its interval. */
export type Preview = Application & { asked: Value }

/** A set whose previews cannot be told, and why. */
export type UntoldPreviews = ReadSet & { unknown: string }

/**
 * What the ApplicationSets of a GitOps repository make of a pull request with the number 1, in each repository that they
 * ask for pull requests.
 */
export function renderPreviews(tree: Tree, root: Tree = tree): { previews: Preview[]; untold: UntoldPreviews[] } {
  const previews: Preview[] = []
  const untold: UntoldPreviews[] = []
  for (const read of readSets(tree)) {
    if (!('set' in read)) continue // said of the set already
    try {
      for (const generator of read.set.spec.generators) {
        for (const { [askedFor]: asked, ...parameters } of parametersOf(root, generator, one)) {
          if (asked !== undefined) previews.push({ ...applicationOf(read, parameters), asked: withoutInterval(asked) })
        }
      }
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error
      untold.push({ ...read, unknown: error.message })
    }
  }
  return { previews, untold }
}

function withoutInterval(asked: Value): Value {
  if (!isMap(asked)) return asked
  const { requeueAfterSeconds: _, ...rest } = asked
  return rest
}

/** A key that no template reaches by a field. */
const askedFor = 'asked for'

/** What Argo CD says of a pull request (applicationset/generators/pull_request.go), without what a generator adds. */
const one: PullRequests = asked => {
  const sample: Parameters = {
    number: '1',
    title: 'title',
    branch: 'branch',
    branch_slug: 'branch',
    target_branch: 'main',
    target_branch_slug: 'main',
    head_sha: '0'.repeat(40),
    head_short_sha: '0'.repeat(8),
    head_short_sha_7: '0'.repeat(7),
    author: 'author',
    labels: [],
  }
  return [{ ...sample, [askedFor]: asked }]
}
