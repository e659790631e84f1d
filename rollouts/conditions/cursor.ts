import { make, type Node } from './ast.ts'
import { describeToken, Lexer, LexicalError, type Token, type TokenKind } from './lexer.ts'
import { UnsupportedConditionError } from './unsupported.ts'

/** Names that the parser must know: what the environment brings hides a builtin, a builtin is no ordinary call. */
export type Names = { environment: ReadonlySet<string>; builtins: ReadonlySet<string> }

const mostNodes = 10_000
/** Deeper trees are refused: expr-lang takes them, a JavaScript stack might not. */
const deepest = 400

/**
 * Where the parser stands in the tokens, and its first fault. After a fault the parser reads on a little, as
 * expr-lang's does: a fault of the characters found then takes the place of the first one.
 */
export class Cursor {
  current: Token = { kind: 'EOF', value: '' }
  /** How many predicates the current place is inside of. */
  predicates = 0
  readonly names: Names
  readonly #lexer: Lexer
  #stashed: Token | undefined
  #fault: string | undefined
  #nodes = 0
  #nesting = 0

  constructor(source: string, names: Names) {
    this.names = names
    this.#lexer = new Lexer(source)
    this.next()
  }

  get fault(): string | undefined {
    return this.#fault
  }

  get failed(): boolean {
    return this.#fault !== undefined
  }

  fail(message: string): void {
    this.#fault ??= message
  }

  unexpected(): void {
    this.fail(`unexpected token ${describeToken(this.current)}`)
  }

  next(): void {
    if (this.#stashed) {
      this.current = this.#stashed
      this.#stashed = undefined
      return
    }
    try {
      const token = this.#lexer.next()
      if (token) this.current = token
      else this.fail('unexpected end of expression')
    } catch (error) {
      if (!(error instanceof LexicalError)) throw error
      this.#fault = error.message
    }
  }

  /** Goes back to `token`, which was just left. */
  back(token: Token): void {
    this.#stashed = this.current
    this.current = token
  }

  is(kind: TokenKind, value?: string): boolean {
    return this.current.kind === kind && (value === undefined || this.current.value === value)
  }

  expect(kind: TokenKind, value?: string): void {
    if (this.is(kind, value)) this.next()
    else this.unexpected()
  }

  /** Counts a node against the language's limit, and its depth against ours. */
  made<N extends Node>(node: N): N {
    this.#nodes++
    if (this.#nodes > mostNodes) this.fail('compilation failed: expression exceeds maximum allowed nodes')
    if (node.depth > deepest) throw tooDeep()
    return node
  }

  /** Stands for the node that a fault left missing; no tree is given out then. */
  nothing(): Node {
    return make({ kind: 'nil' })
  }

  /** Reads something that may hold itself. */
  nested(read: () => Node): Node {
    this.#nesting++
    if (this.#nesting > deepest) throw tooDeep()
    const node = read()
    this.#nesting--
    return node
  }
}

function tooDeep(): UnsupportedConditionError {
  return new UnsupportedConditionError(`an expression nested more than ${deepest} levels deep`)
}
