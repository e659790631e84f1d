import { make, type Node } from './ast.ts'
import type { Cursor } from './cursor.ts'
import { describeToken } from './lexer.ts'
import { readExpression } from './parser.ts'

/** `[a, b, c]`, with or without a last comma. */
export function readArray(cursor: Cursor): Node {
  const nodes: Node[] = []
  cursor.expect('Bracket', '[')
  while (!cursor.is('Bracket', ']') && !cursor.failed) {
    if (nodes.length > 0) {
      cursor.expect('Operator', ',')
      if (cursor.is('Bracket', ']')) break
    }
    nodes.push(readExpression(cursor))
  }
  cursor.expect('Bracket', ']')
  return cursor.made(make({ kind: 'array', nodes }))
}

/** `{a: 1, "b": 2, (c): 3}`, with or without a last comma. */
export function readMap(cursor: Cursor): Node {
  cursor.expect('Bracket', '{')
  const pairs: Node[] = []
  while (!cursor.is('Bracket', '}') && !cursor.failed) {
    if (pairs.length > 0) {
      cursor.expect('Operator', ',')
      if (cursor.is('Bracket', '}')) break
      if (cursor.is('Operator', ',')) cursor.unexpected()
    }
    const key = readKey(cursor)
    cursor.expect('Operator', ':')
    const value = readExpression(cursor)
    pairs.push(cursor.made(make({ kind: 'pair', key, value })))
    // expr-lang gives up on the first fault here and leaves the bracket unread.
    if (cursor.failed) return cursor.nothing()
  }
  cursor.expect('Bracket', '}')
  return cursor.made(make({ kind: 'map', pairs }))
}

function readKey(cursor: Cursor): Node {
  const { kind, value } = cursor.current
  if (kind === 'Number' || kind === 'String' || kind === 'Identifier') {
    const key = cursor.made(make({ kind: 'string', value }))
    if (!cursor.failed) cursor.next()
    return key
  }
  if (cursor.is('Bracket', '(')) return readExpression(cursor)
  const found = describeToken(cursor.current)
  const allowed = 'a quoted string, a number, a identifier, or an expression enclosed in parentheses'
  cursor.fail(`a map key must be ${allowed} (unexpected token ${found})`)
  return cursor.nothing()
}
