/** A pattern that Go's regexp package refuses; the message is its own. */
export class RegexpSyntaxError extends Error {
  override readonly name = 'RegexpSyntaxError'

  constructor(reason: string, part: string) {
    super(`error parsing regexp: ${reason}: \`${part}\``)
  }
}
