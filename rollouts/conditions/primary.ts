import { make, type Node } from './ast.ts'
import { readCall } from './call.ts'
import { readArray, readMap } from './collection.ts'
import type { Cursor } from './cursor.ts'
import { unaryPrecedence } from './grammar.ts'
import { readNumber } from './number-literal.ts'
import { NumberError } from './numbers.ts'
import { readExpression, readSequence } from './parser.ts'
import { readPostfix } from './postfix.ts'

/** What stands between operators: a value with a sign, brackets, a call, and what is taken out of it by `.` or `[`. */
export function readPrimary(cursor: Cursor): Node {
  const { kind, value } = cursor.current
  const precedence = kind === 'Operator' ? unaryPrecedence[value] : undefined
  if (precedence !== undefined) {
    cursor.next()
    const operand = readExpression(cursor, precedence)
    return readPostfix(cursor, cursor.made(make({ kind: 'unary', operator: value, operand })))
  }
  if (cursor.is('Bracket', '(')) {
    cursor.next()
    const node = readSequence(cursor)
    cursor.expect('Bracket', ')')
    return readPostfix(cursor, node)
  }
  if (cursor.predicates > 0 && (cursor.is('Operator', '#') || cursor.is('Operator', '.'))) return readPointer(cursor)
  if (cursor.is('Operator', '::')) {
    cursor.next()
    const name = cursor.current.value
    cursor.expect('Identifier')
    return readPostfix(cursor, readCall(cursor, name, [], false))
  }
  return readValue(cursor)
}

/** `#`, `#index`, `#acc`, or the `#` that a leading dot leaves out. */
function readPointer(cursor: Cursor): Node {
  let name = ''
  if (cursor.is('Operator', '#')) {
    cursor.next()
    if (cursor.is('Identifier')) {
      name = cursor.current.value
      cursor.next()
    }
  }
  return readPostfix(cursor, cursor.made(make({ kind: 'pointer', name })))
}

/** Numbers, `true`, `false` and `nil` take nothing after them. */
function readValue(cursor: Cursor): Node {
  const { kind, value } = cursor.current
  switch (kind) {
    case 'Identifier':
      cursor.next()
      return readName(cursor, value)
    case 'Number':
      cursor.next()
      return readNumberNode(cursor, value)
    case 'String':
      cursor.next()
      return readPostfix(cursor, cursor.made(make({ kind: 'string', value })))
    default:
      if (cursor.is('Bracket', '[')) return readPostfix(cursor, readArray(cursor))
      if (cursor.is('Bracket', '{')) return readPostfix(cursor, readMap(cursor))
      cursor.unexpected()
      return cursor.nothing()
  }
}

function readName(cursor: Cursor, name: string): Node {
  if (name === 'true' || name === 'false') return cursor.made(make({ kind: 'bool', value: name === 'true' }))
  if (name === 'nil') return cursor.made(make({ kind: 'nil' }))
  if (cursor.is('Bracket', '(')) return readPostfix(cursor, readCall(cursor, name, [], true))
  return readPostfix(cursor, cursor.made(make({ kind: 'identifier', name })))
}

function readNumberNode(cursor: Cursor, text: string): Node {
  try {
    return cursor.made(readNumber(text))
  } catch (error) {
    if (!(error instanceof NumberError)) throw error
    cursor.fail(error.message)
    return cursor.nothing()
  }
}
