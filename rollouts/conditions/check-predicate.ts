import type { Builtin } from './ast.ts'
import { builtins } from './builtins/index.ts'
import { checkFunction } from './check-call.ts'
import { type Checker, fail } from './checker.ts'
import { groupsType, listType } from './go-type.ts'
import { predicateBuiltins } from './grammar.ts'
import {
  bool,
  describe,
  elementOf,
  int,
  isArray,
  isBool,
  isUnknown,
  listOf,
  type Nature,
  ofType,
  typeOf,
  unknown,
} from './nature.ts'

export const isPredicateBuiltin = (name: string): boolean => predicateBuiltins.has(name)

/** What becomes of a builtin with a predicate, by the collection and the predicate's result. */
type Outcome = (collection: Nature, result: Nature) => Nature

const sameList: Outcome = collection => (isUnknown(collection) ? ofType(listType) : listOf(elementOf(collection)))
const element: Outcome = collection => (isUnknown(collection) ? unknown : elementOf(collection))
const groups: Outcome = collection => ({ type: groupsType, ref: listOf(elementOf(collection)) })

/** Builtins whose predicate must be a bool, and those that take any result; expr-lang's `builtinNode`. */
const outcomes: Readonly<Record<string, { needsBool: boolean; gives: Outcome }>> = {
  all: { needsBool: true, gives: () => bool },
  none: { needsBool: true, gives: () => bool },
  any: { needsBool: true, gives: () => bool },
  one: { needsBool: true, gives: () => bool },
  count: { needsBool: true, gives: () => int },
  findIndex: { needsBool: true, gives: () => int },
  findLastIndex: { needsBool: true, gives: () => int },
  filter: { needsBool: true, gives: sameList },
  find: { needsBool: true, gives: element },
  findLast: { needsBool: true, gives: element },
  map: { needsBool: false, gives: (_, result) => listOf(result) },
  sum: { needsBool: false, gives: (_, result) => ofType(typeOf(result)) },
  groupBy: { needsBool: false, gives: groups },
  sortBy: { needsBool: false, gives: collection => collection },
  reduce: { needsBool: false, gives: (_, result) => result },
}

/** The type of a call such as `filter(collection, predicate)`. */
export function checkPredicateBuiltin(checker: Checker, node: Builtin): Nature {
  const [over, predicate, extra] = node.arguments
  const outcome = outcomes[node.name]
  if (!over || !outcome) return fail(`unknown builtin ${node.name}`)
  const collection = checker.visit(over)
  if (!isArray(collection) && !isUnknown(collection)) {
    fail(`builtin ${node.name} takes only array (got ${describe(collection)})`)
  }
  if (!predicate) return withoutPredicate(node.name, collection)
  const result = bodyOf(checker.within(collection, pointersOf(node.name), predicate))
  if (extra) checker.visit(extra)
  if (!result) {
    // sum() has no such error of its own: it is checked as any other function then.
    const asFunction = node.name === 'sum' ? builtins.get('sum') : undefined
    if (asFunction) return checkFunction(checker, asFunction, node)
    return fail(`predicate should has ${node.name === 'reduce' ? 'two' : 'one'} input and one output param`)
  }
  if (outcome.needsBool && !isBool(result) && !isUnknown(result)) {
    fail(`predicate should return boolean (got ${describe(result)})`)
  }
  return outcome.gives(collection, result)
}

function withoutPredicate(name: string, collection: Nature): Nature {
  if (name === 'count') return int
  return isUnknown(collection) ? unknown : elementOf(collection)
}

function pointersOf(name: string): Readonly<Record<string, Nature>> {
  if (name === 'map') return { index: int }
  return name === 'reduce' ? { index: int, acc: unknown } : {}
}

/** What a predicate's body gives; undefined when that is nil, which leaves the predicate without a result. */
function bodyOf(predicate: Nature): Nature | undefined {
  return predicate.ref?.nil ? undefined : predicate.ref
}
