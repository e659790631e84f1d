/** When a measurement is good and when it is bad; neither is inconclusive. */
export type Judgement = { success: string; failure: string }

/**
 * An empty result has no result[0], NaN compares false with everything, and a division by nothing is infinite: none of
 * them is a measurement. Kept to the left of every comparison.
 */
const measured = 'len(result) > 0 && !isNaN(result[0]) && !isInf(result[0])'

/** Good up to the limit; inconclusive without a value. */
export function atMost(limit: string): Judgement {
  return { success: `${measured} && result[0] <= ${limit}`, failure: `${measured} && result[0] > ${limit}` }
}

/** Good from the limit on; inconclusive without a value. */
export function atLeast(limit: string): Judgement {
  return { success: `${measured} && result[0] >= ${limit}`, failure: `${measured} && result[0] < ${limit}` }
}

/** Good at exactly this value; inconclusive without one. */
export function exactly(value: number): Judgement {
  return { success: `${measured} && result[0] == ${value}`, failure: `${measured} && result[0] != ${value}` }
}

/** Good from the limit on, and never bad: too little proves nothing. */
export function enough(limit: string): Judgement {
  return { success: atLeast(limit).success, failure: 'false' }
}
