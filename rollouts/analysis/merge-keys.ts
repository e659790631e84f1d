import { ConfigurationError, type Document, type Step } from '../../configuration/index.ts'

/**
 * Refuses a document with a merge key. Kubernetes' tools read what is merged, and here it would be left out: a metric
 * without its condition takes every value for a success. Throws a ConfigurationError with the place.
 */
export function refuseMergeKeys(document: Document): void {
  const path = find(document.value, [], new Set())
  if (!path) return
  throw new ConfigurationError({
    problem: 'merge keys are not read in templates',
    place: document.placeOf(path, { key: true }),
    cure: 'Write out what << would merge, or have your tool render it; anchors and aliases of whole values are read',
  })
}

/** The path of the first merge key; what aliases share is looked through once. */
function find(value: unknown, path: readonly Step[], seen: Set<object>): readonly Step[] | undefined {
  if (typeof value !== 'object' || value === null || seen.has(value)) return undefined
  seen.add(value)
  if (Object.hasOwn(value, '<<')) return [...path, '<<']
  for (const [key, child] of Object.entries(value)) {
    const found = find(child, [...path, Array.isArray(value) ? Number(key) : key], seen)
    if (found) return found
  }
  return undefined
}
