import { type Member, make, type Node } from './ast.ts'
import { readArguments } from './call.ts'
import type { Cursor } from './cursor.ts'
import { isIdentifier } from './lexer.ts'
import { readExpression } from './parser.ts'

/** What follows a value: `.name`, `.method(…)`, `?.name`, `[index]`, `?.[index]`, `[from:to]`, any number of them. */
export function readPostfix(cursor: Cursor, value: Node): Node {
  let node = value
  while ((cursor.current.kind === 'Operator' || cursor.current.kind === 'Bracket') && !cursor.failed) {
    const mark = cursor.current.value
    if (mark === '[') {
      node = readBrackets(cursor, node, false)
    } else if (mark === '.' || mark === '?.') {
      cursor.next()
      const bracket = mark === '?.' && cursor.is('Bracket', '[')
      node = bracket ? readBrackets(cursor, node, true) : readName(cursor, node, mark === '?.')
    } else break
  }
  return node
}

function readName(cursor: Cursor, value: Node, optional: boolean): Node {
  const name = cursor.current
  cursor.next()
  // Operators such as "not" and "matches" are valid names of properties and methods.
  if (name.kind !== 'Identifier' && (name.kind !== 'Operator' || !isIdentifier(name.value))) {
    cursor.fail('expected name')
  }
  const property = cursor.made(make({ kind: 'string', value: name.value }))
  if (cursor.failed) return property
  const chained = value.kind === 'chain'
  const from = value.kind === 'chain' ? value.node : value
  const method = cursor.is('Bracket', '(')
  const member: Member = cursor.made(make({ kind: 'member', node: from, property, optional, method }))
  if (cursor.failed) return member
  const node = method
    ? cursor.made(make({ kind: 'call', callee: member, arguments: readArguments(cursor, []) }))
    : member
  return (chained || optional) && !cursor.failed ? cursor.made(make({ kind: 'chain', node })) : node
}

function readBrackets(cursor: Cursor, value: Node, optional: boolean): Node {
  cursor.next()
  let node: Node
  if (cursor.is('Operator', ':')) {
    node = readSlice(cursor, value, undefined)
  } else {
    const from = readExpression(cursor)
    if (cursor.is('Operator', ':')) {
      node = readSlice(cursor, value, from)
    } else {
      node = cursor.made(make({ kind: 'member', node: value, property: from, optional, method: false }))
      if (optional && !cursor.failed) node = cursor.made(make({ kind: 'chain', node }))
    }
  }
  // expr-lang gives up on the first fault here and leaves the bracket unread.
  if (!cursor.failed) cursor.expect('Bracket', ']')
  return node
}

function readSlice(cursor: Cursor, node: Node, from: Node | undefined): Node {
  cursor.next()
  const to = cursor.is('Bracket', ']') ? undefined : readExpression(cursor)
  return cursor.made(make({ kind: 'slice', node, from, to }))
}
