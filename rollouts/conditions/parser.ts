import { make, type Node } from './ast.ts'
import { readCall } from './call.ts'
import { ConditionError } from './condition-error.ts'
import { Cursor, type Names } from './cursor.ts'
import { binaryPrecedence, bindsRight, isComparison, mayFollowNot } from './grammar.ts'
import type { Token } from './lexer.ts'
import { readPrimary } from './primary.ts'

/**
 * Parses an expression as expr-lang does (`parser/parser.go`). Throws a ConditionError with its message, and an
 * UnsupportedConditionError when the expression is nested too deeply.
 */
export function parse(source: string, names: Names): Node {
  const cursor = new Cursor(source, names)
  const node = readSequence(cursor)
  if (!cursor.is('EOF')) cursor.unexpected()
  if (cursor.fault !== undefined) throw new ConditionError(cursor.fault)
  return node
}

/** `a; b; c`, whose value is the last one's. */
export function readSequence(cursor: Cursor): Node {
  const first = readExpression(cursor)
  const nodes = [first]
  while (cursor.is('Operator', ';') && !cursor.failed) {
    cursor.next()
    if (cursor.is('EOF')) break
    nodes.push(readExpression(cursor))
  }
  return nodes.length === 1 ? first : cursor.made(make({ kind: 'sequence', nodes }))
}

/** An expression whose operators bind at least as tightly as `precedence`; only at 0 may it be `let`, `if` or `?:`. */
export function readExpression(cursor: Cursor, precedence = 0): Node {
  if (cursor.failed) return cursor.nothing()
  return cursor.nested(() => {
    if (precedence === 0 && cursor.is('Operator', 'let')) return readDeclaration(cursor)
    if (precedence === 0 && cursor.is('Operator', 'if')) return readIf(cursor)
    const node = readOperators(cursor, readPrimary(cursor), precedence)
    return precedence === 0 ? readTernary(cursor, node) : node
  })
}

function readOperators(cursor: Cursor, first: Node, precedence: number): Node {
  let left = first
  let previous = ''
  let token = cursor.current
  while (token.kind === 'Operator' && !cursor.failed) {
    const negated = token.value === 'not'
    if (negated) {
      cursor.next()
      if (!mayFollowNot(cursor.current.value)) {
        cursor.unexpected()
        break
      }
      if ((binaryPrecedence[cursor.current.value] ?? -1) < precedence) {
        cursor.back(token)
        break
      }
      token = cursor.current
    }
    const binding = binaryPrecedence[token.value]
    if (binding === undefined || binding < precedence) break
    cursor.next()
    if (token.value === '|') {
      const name = cursor.current
      cursor.expect('Identifier')
      left = readCall(cursor, name.value, [left], true)
    } else if (previous === '??' && token.value !== '??') {
      const mixed = `Operator (${token.value}) and coalesce expressions (??) cannot be mixed`
      cursor.fail(`${mixed}. Wrap either by parentheses.`)
      break
    } else if (isComparison(token.value)) {
      left = readComparison(cursor, left, token, binding)
    } else {
      const right = readExpression(cursor, bindsRight(token.value) ? binding : binding + 1)
      left = cursor.made(make({ kind: 'binary', operator: token.value, left, right }))
      if (negated && !cursor.failed) left = cursor.made(make({ kind: 'unary', operator: 'not', operand: left }))
    }
    previous = token.value
    token = cursor.current
  }
  return left
}

/** `a < b < c` is `a < b && b < c`, with one node for both `b`. */
function readComparison(cursor: Cursor, first: Node, operator: Token, precedence: number): Node {
  let root: Node | undefined
  let left = first
  let token = operator
  for (;;) {
    const right = readExpression(cursor, precedence + 1)
    const compared = cursor.made(make({ kind: 'binary', operator: token.value, left, right }))
    if (cursor.failed) return compared
    root = root ? cursor.made(make({ kind: 'binary', operator: '&&', left: root, right: compared })) : compared
    left = right
    token = cursor.current
    if (token.kind !== 'Operator' || !isComparison(token.value) || cursor.failed) return root
    cursor.next()
  }
}

function readDeclaration(cursor: Cursor): Node {
  cursor.expect('Operator', 'let')
  const name = cursor.current.value
  cursor.expect('Identifier')
  cursor.expect('Operator', '=')
  const value = readExpression(cursor)
  cursor.expect('Operator', ';')
  const body = readSequence(cursor)
  return cursor.made(make({ kind: 'declaration', name, value, body }))
}

/** `if c { a } else { b }`; expr-lang does not count the node that comes of it. */
function readIf(cursor: Cursor): Node {
  cursor.next()
  if (cursor.failed) return cursor.nothing()
  const condition = readExpression(cursor)
  const whenTrue = readBlock(cursor)
  cursor.expect('Operator', 'else')
  const otherwise = cursor.is('Operator', 'if') ? cursor.nested(() => readIf(cursor)) : readBlock(cursor)
  return make({ kind: 'conditional', ternary: false, condition, whenTrue, otherwise })
}

function readBlock(cursor: Cursor): Node {
  cursor.expect('Bracket', '{')
  const node = readSequence(cursor)
  cursor.expect('Bracket', '}')
  return node
}

/** `c ? a : b` and `a ?: b`. */
function readTernary(cursor: Cursor, condition: Node): Node {
  let node = condition
  while (cursor.is('Operator', '?') && !cursor.failed) {
    cursor.next()
    let whenTrue = node
    if (cursor.is('Operator', ':')) {
      cursor.next()
    } else {
      whenTrue = readExpression(cursor)
      cursor.expect('Operator', ':')
    }
    const otherwise = readExpression(cursor)
    node = cursor.made(make({ kind: 'conditional', ternary: true, condition: node, whenTrue, otherwise }))
  }
  return node
}
