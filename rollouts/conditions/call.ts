import { make, type Node } from './ast.ts'
import type { Cursor } from './cursor.ts'
import { predicateBuiltins } from './grammar.ts'
import { readExpression, readSequence } from './parser.ts'

/**
 * The call of a builtin or of anything else by name; `given` are the arguments that a pipe brings. A name of the
 * environment hides a builtin where `mayHide` is set.
 */
export function readCall(cursor: Cursor, name: string, given: Node[], mayHide: boolean): Node {
  const hidden = mayHide && cursor.names.environment.has(name)
  if (!hidden && predicateBuiltins.has(name)) {
    const args = readPredicateArguments(cursor, name, given)
    return cursor.made(make({ kind: 'builtin', name, arguments: args, throws: false, map: undefined }))
  }
  if (!hidden && cursor.names.builtins.has(name)) {
    const args = readArguments(cursor, given)
    return cursor.made(make({ kind: 'builtin', name, arguments: args, throws: false, map: undefined }))
  }
  const callee = cursor.made(make({ kind: 'identifier', name }))
  if (cursor.failed) return callee
  return cursor.made(make({ kind: 'call', callee, arguments: readArguments(cursor, given) }))
}

/** `(a, b, c)`, after the arguments that are given. */
export function readArguments(cursor: Cursor, given: Node[]): Node[] {
  const args = [...given]
  cursor.expect('Bracket', '(')
  while (!cursor.is('Bracket', ')') && !cursor.failed) {
    if (args.length > given.length) cursor.expect('Operator', ',')
    if (cursor.is('Bracket', ')')) break
    args.push(readExpression(cursor))
  }
  cursor.expect('Bracket', ')')
  return args
}

function readPredicateArguments(cursor: Cursor, name: string, given: Node[]): Node[] {
  const args = [...given]
  cursor.expect('Bracket', '(')
  const wanted = (predicateBuiltins.get(name) ?? []).slice(given.length)
  for (const [index, argument] of wanted.entries()) {
    if (cursor.is('Bracket', ')')) {
      if (argument.optional) break
      cursor.fail(`expected at least ${wanted.length} arguments`)
    }
    if (index > 0) cursor.expect('Operator', ',')
    args.push(argument.is === 'expression' ? readExpression(cursor) : readPredicate(cursor))
  }
  if (cursor.is('Operator', ',')) cursor.next()
  cursor.expect('Bracket', ')')
  return args
}

function readPredicate(cursor: Cursor): Node {
  const bracketed = cursor.is('Bracket', '{')
  if (bracketed) cursor.next()
  cursor.predicates++
  const node = bracketed ? readSequence(cursor) : readExpression(cursor)
  if (!bracketed && cursor.is('Operator', ';')) cursor.fail('wrap predicate with brackets { and }')
  cursor.predicates--
  if (bracketed) cursor.expect('Bracket', '}')
  return cursor.made(make({ kind: 'predicate', node }))
}
