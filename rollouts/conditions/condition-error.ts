/** Why an expression has no value, in the controller's own words, without the wrapper that names the condition. */
export class ConditionError extends Error {
  override readonly name = 'ConditionError'
}
