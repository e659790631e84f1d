/** A stream of random choices that a seed decides, so that a history can be played again (mulberry32). */
export type Random = {
  /** From 0 up to, but not including, 1. */
  next(): number
  chance(probability: number): boolean
  below(limit: number): number
  pick<T>(from: readonly [T, ...T[]]): T
}

export function randomOf(seed: number): Random {
  let state = Math.imul(seed, 0x9e3779b1) >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
  const below = (limit: number) => Math.floor(next() * limit)
  return {
    next,
    below,
    chance: probability => next() < probability,
    pick: from => from[below(from.length)] ?? from[0],
  }
}
