/** An expression that expr-lang would accept and this evaluator does not: `feature` names what is missing. */
export class UnsupportedConditionError extends Error {
  override readonly name = 'UnsupportedConditionError'
  readonly feature: string

  constructor(feature: string) {
    super(`the condition uses ${feature}, which is not supported here`)
    this.feature = feature
  }
}
