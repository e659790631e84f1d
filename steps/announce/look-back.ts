/** So many in a row that are shown as they should be stand for all before them. */
const enough = 3

/**
 * Of what was settled before this run, finds what is not shown as it should be, however long ago that was. What GitHub
 * did not hear of, it did not hear of in a row: so it is asked from the newest on, until some in a row are right. They
 * are given oldest first, so that a run that is cut short leaves the newest for the next one to begin with.
 */
export async function lookBack<T>(
  newestFirst: readonly T[],
  isShown: (item: T) => Promise<boolean>,
): Promise<readonly T[]> {
  const missing: T[] = []
  let right = 0
  for (const item of newestFirst) {
    if (right === enough) break
    if (await isShown(item)) {
      right += 1
    } else {
      right = 0
      missing.unshift(item)
    }
  }
  return missing
}
