/**
 * What all of them give. Where one fails it waits for the others all the same, and then fails: what they start would
 * otherwise outlive the site that is closed for it.
 */
export async function together<T extends readonly unknown[]>(all: readonly [...{ [I in keyof T]: Promise<T[I]> }]) {
  await Promise.allSettled(all)
  return Promise.all(all)
}
