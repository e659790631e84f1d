import fc from 'fast-check'

// fast-check with the seed that all properties start from. It is one and the same unless asked otherwise, so that a
// change is judged by what it changes: PROPERTY_SEED=random looks further, PROPERTY_SEED=<number> plays one again.
const asked = process.env.PROPERTY_SEED ?? '20260101'
if (asked !== 'random') {
  const seed = Number(asked)
  if (!Number.isInteger(seed))
    throw new Error(`PROPERTY_SEED is ${JSON.stringify(asked)}: give an integer, or "random"`)
  fc.configureGlobal({ seed })
}

export default fc
