import { posix } from 'node:path'
import type { Document } from '../../../configuration/index.ts'
import type { Finding } from '../../../rollouts/lint/index.ts'
import type { Subject } from '../subject.ts'
import { isKustomization, type Reference, referencesOf } from './kustomization.ts'

/**
 * Where kustomizations refer to. `base/` and a cluster's folder refer to nothing outside themselves, so that what is
 * pinned renders the same for ever, and a change elsewhere reaches no cluster by itself.
 */
export function* checkReferences(subject: Subject): Iterable<Finding> {
  for (const { path, documents } of subject.filesIn('apps')) {
    const root = /^apps\/[^/]+\/(?:base|clusters\/[^/]+)(?=\/)/.exec(path)?.[0]
    const [document] = documents
    if (root === undefined || !document || !isKustomization(path)) continue
    for (const reference of referencesOf(document)) yield* follow(subject, root, document, reference)
  }
}

function* follow({ tree }: Subject, root: string, document: Document, { path, text }: Reference): Iterable<Finding> {
  const target = posix.normalize(posix.join(posix.dirname(document.file), text))
  const isInside = !text.startsWith('/') && target.startsWith(`${root}/`)
  const place = document.placeOf(path)
  if (isInside && tree.id(target) !== undefined) return
  if (isInside && !isRemote(text)) {
    if (target === `${root}/base` && root.includes('/clusters/')) return // its first release brings it
    yield {
      rule: 'missing-file',
      severity: 'error',
      problem: `${target} is not there`,
      cure: 'Write it, or remove the reference',
      place,
    }
    return
  }
  yield {
    rule: 'reference-outside',
    severity: 'error',
    problem: `${JSON.stringify(text)} is outside ${root}/: a change there would reach clusters without evidence`,
    cure: 'Copy it into the folder',
    place,
  }
}

/** What kustomize takes for a repository or a URL. */
function isRemote(text: string): boolean {
  return /:\/\/|^git@|^[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}\/|\?ref=/i.test(text)
}
