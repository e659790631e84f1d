/** A weight to be changed. */
export type WeightChange = { server: string; from: number; to: number }

/**
 * The changes that lead from the weights `before` to those `wanted`, in an order in which no state on the way is worse
 * than its ends, because each change takes effect at once and the next may never come:
 *
 * 1. what is no canary grows, 2. canaries shrink, 3. canaries grow, 4. what is no canary shrinks.
 *
 * The canaries' part of the traffic then falls until it is at or below what it shall be, and rises to that: it is never
 * above both ends, and once it is right it is never too much again. Some server always takes traffic, if one did before
 * or shall. Where no other server has or gets a weight, canaries grow before they shrink: they have everything anyway.
 */
export function orderChanges(
  before: ReadonlyMap<string, number>,
  wanted: ReadonlyMap<string, number>,
  canaries: ReadonlySet<string>,
): WeightChange[] {
  const all = [...before].map(([server, from]) => ({ server, from, to: wanted.get(server) ?? 0 }))
  const others = all.filter(({ server }) => !canaries.has(server))
  const own = all.filter(({ server }) => canaries.has(server))
  const carried = others.some(({ from, to }) => Math.max(from, to) > 0)
  const middle = carried ? [...shrinking(own), ...growing(own)] : [...growing(own), ...shrinking(own)]
  return [...growing(others), ...middle, ...shrinking(others)]
}

const growing = (changes: readonly WeightChange[]) =>
  changes.filter(({ from, to }) => to > from).sort((a, b) => b.to - b.from - (a.to - a.from))

const shrinking = (changes: readonly WeightChange[]) => changes.filter(({ from, to }) => to < from)
