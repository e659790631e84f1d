/** Random choices that are the same for the same seed, on every machine. */
export type Random = {
  /** A whole number from 0 to `below - 1`. */
  below(below: number): number
  chance(probability: number): boolean
  pick<T>(items: readonly [T, ...T[]]): T
  /** Picks by weight: [weight, item]. */
  weighted<T>(items: readonly [readonly [number, T], ...(readonly [number, T])[]]): T
  list<T>(least: number, most: number, make: (index: number) => T): T[]
}

/** sfc32 (PractRand, Chris Doty-Humphrey), seeded by splitmix32. */
export function randomFrom(seed: number): Random {
  const state = new Uint32Array(4)
  let mixed = seed | 0
  for (let index = 0; index < 4; index++) state[index] = splitmix()
  function splitmix(): number {
    mixed = (mixed + 0x9e3779b9) | 0
    let bits = mixed ^ (mixed >>> 16)
    bits = Math.imul(bits, 0x21f0aaad)
    bits ^= bits >>> 15
    bits = Math.imul(bits, 0x735a2d97)
    return bits ^ (bits >>> 15)
  }
  function next(): number {
    const [a = 0, b = 0, c = 0, counter = 0] = state
    const sum = (a + b + counter) | 0
    state[3] = counter + 1
    state[0] = b ^ (b >>> 9)
    state[1] = (c + (c << 3)) | 0
    state[2] = (((c << 21) | (c >>> 11)) + sum) | 0
    return (sum >>> 0) / 2 ** 32
  }
  for (let index = 0; index < 12; index++) next()
  const random: Random = {
    below: below => Math.floor(next() * below),
    chance: probability => next() < probability,
    pick: items => items[random.below(items.length)] ?? items[0],
    weighted(items) {
      let rest = next() * items.reduce((sum, [weight]) => sum + weight, 0)
      for (const [weight, item] of items) {
        rest -= weight
        if (rest < 0) return item
      }
      return items[0][1]
    },
    list: (least, most, make) =>
      Array.from({ length: least + random.below(most - least + 1) }, (_, index) => make(index)),
  }
  return random
}
