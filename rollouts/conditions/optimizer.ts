import { type Builtin, make, type Node, slots } from './ast.ts'
import { fold } from './fold.ts'
import type { Fuel } from './fuel.ts'
import { isBoolean } from './grammar.ts'
import { ofType, typeOf, unknown } from './nature.ts'
import { print } from './print.ts'
import { UnsupportedConditionError } from './unsupported.ts'

/** Gives another node in a node's place, or nothing to leave it. */
type Rewrite = (node: Node) => Node | undefined

/**
 * Rewrites the tree as expr-lang's optimizer does (`optimizer/optimizer.go`), which changes what an expression does
 * and says: `len(filter(…))` counts, `filter(…)[0]` finds, `x and false` never looks at x. Throws a ConditionError for
 * a remainder of a division by zero.
 */
export function optimize(tree: Node, fuel: Fuel): Node {
  let node = walk(tree, inArray, fuel)
  for (let limit = 1000; limit >= 0; limit--) {
    let applied = false
    node = walk(
      node,
      each => {
        const folded = fold(each)
        if (folded) applied = true
        return folded
      },
      fuel,
    )
    if (!applied) break
  }
  for (const rewrite of rewrites) node = walk(node, rewrite, fuel)
  return node
}

/** Visits all nodes, children first, and puts what `rewrite` gives in their place. */
function walk(node: Node, rewrite: Rewrite, fuel: Fuel): Node {
  fuel.spend()
  for (const slot of slots(node)) slot.set(walk(slot.get(), rewrite, fuel))
  return rewrite(node) ?? node
}

const deepest = 800

/** Makes `to` take the place of `node`, with its type. */
function replacing(node: Node, to: Node): Node {
  if (to.depth > deepest) throw new UnsupportedConditionError(`a sum of more than ${deepest} elements written out`)
  to.nature = ofType(typeOf(node.nature))
  return to
}

const rewrites: readonly Rewrite[] = [
  inRange,
  filterMap,
  filterLength,
  node => filterEnd(node, -1n, 'last', 'findLast'),
  node => filterEnd(node, 0n, 'first', 'find'),
  predicateCombination,
  sumOfArray,
  sumOfMap,
]

/** An int in a list of integer literals, and anything in a list of texts, is looked up in a set. */
function inArray(node: Node): Node | undefined {
  if (node.kind !== 'binary' || node.operator !== 'in' || node.right.kind !== 'array') return undefined
  const { nodes } = node.right
  if (nodes.length === 0) return undefined
  const integers = nodes.filter(each => each.kind === 'integer')
  const texts = nodes.filter(each => each.kind === 'string')
  const isInt = typeOf(node.left.nature).kind === 'int'
  const items = isInt && integers.length === nodes.length ? integers : texts.length === nodes.length ? texts : undefined
  if (!items) return undefined
  const set = make({ kind: 'constant', form: 'set', items })
  return replacing(node, make({ kind: 'binary', operator: 'in', left: node.left, right: set }))
}

/** An int in a range of integer literals is compared with both ends. */
function inRange(node: Node): Node | undefined {
  if (node.kind !== 'binary' || node.operator !== 'in' || typeOf(node.left.nature).kind !== 'int') return undefined
  const range = node.right
  if (range.kind !== 'binary' || range.operator !== '..') return undefined
  if (range.left.kind !== 'integer' || range.right.kind !== 'integer') return undefined
  const from = make({ kind: 'binary', operator: '>=', left: node.left, right: range.left })
  const to = make({ kind: 'binary', operator: '<=', left: node.left, right: range.right })
  return replacing(node, make({ kind: 'binary', operator: 'and', left: from, right: to }))
}

function call(name: string, args: Node[], more: Partial<Pick<Builtin, 'throws' | 'map'>> = {}): Builtin {
  return make({ kind: 'builtin', name, arguments: args, throws: more.throws ?? false, map: more.map })
}

function isCall(node: Node | undefined, name: string, length: number): node is Builtin {
  return node?.kind === 'builtin' && node.name === name && node.arguments.length === length
}

function filterMap(node: Node): Node | undefined {
  if (!isCall(node, 'map', 2)) return undefined
  const [filter, predicate] = node.arguments
  if (!filter || predicate?.kind !== 'predicate' || usesIndex(predicate)) return undefined
  if (filter.kind !== 'builtin' || filter.name !== 'filter' || filter.map) return undefined
  return replacing(node, call('filter', filter.arguments, { map: predicate.node }))
}

function usesIndex(node: Node): boolean {
  return (node.kind === 'pointer' && node.name === 'index') || slots(node).some(slot => usesIndex(slot.get()))
}

function filterLength(node: Node): Node | undefined {
  const filter = isCall(node, 'len', 1) ? node.arguments[0] : undefined
  return isCall(filter, 'filter', 2) ? replacing(node, call('count', filter.arguments)) : undefined
}

/** `filter(…)[0]` and `first(filter(…))`, or the same from the end. */
function filterEnd(node: Node, index: bigint, name: string, find: string): Node | undefined {
  if (node.kind === 'member' && !node.optional && node.property.kind === 'integer' && node.property.value === index) {
    const filter = node.node
    if (!isCall(filter, 'filter', 2)) return undefined
    return replacing(node, call(find, filter.arguments, { throws: true, map: filter.map }))
  }
  const filter = isCall(node, name, 1) ? node.arguments[0] : undefined
  return isCall(filter, 'filter', 2) ? replacing(node, call(find, filter.arguments, { map: filter.map })) : undefined
}

/** `all(x, a) and all(x, b)` goes once over x, as do any() and none(). */
function predicateCombination(node: Node): Node | undefined {
  if (node.kind !== 'binary' || !isBoolean(node.operator)) return undefined
  const { left, right } = node
  if (left.kind !== 'builtin' || right.kind !== 'builtin' || left.name !== right.name) return undefined
  const operator = combined(left.name, node.operator)
  const [over, first] = left.arguments
  const [other, second] = right.arguments
  if (!operator || !over || !other || first?.kind !== 'predicate' || second?.kind !== 'predicate') return undefined
  if (typeOf(over.nature) !== typeOf(other.nature) || print(over) !== print(other)) return undefined
  const both = make({ kind: 'binary', operator, left: first.node, right: second.node })
  const predicate = make({ kind: 'predicate', node: predicateCombination(both) ?? both })
  predicate.nature = unknown
  return replacing(node, call(left.name, [over, predicate]))
}

function combined(name: string, operator: string): string | undefined {
  const conjunction = operator === 'and' || operator === '&&'
  if (name === 'all') return conjunction ? operator : undefined
  if (name === 'any') return conjunction ? undefined : operator
  if (name === 'none' && conjunction) return operator === 'and' ? 'or' : '||'
  return undefined
}

/** `sum([a, b, c])` is `a + (b + c)`; a list of literals alone is a constant by now. */
function sumOfArray(node: Node): Node | undefined {
  const array = isCall(node, 'sum', 1) ? node.arguments[0] : undefined
  if (array?.kind !== 'array' || array.nodes.length < 2) return undefined
  const last = array.nodes.at(-1)
  if (!last) return undefined
  const sum = array.nodes
    .slice(0, -1)
    .reduceRight((right: Node, left) => make({ kind: 'binary', operator: '+', left, right }), last)
  return replacing(node, sum)
}

function sumOfMap(node: Node): Node | undefined {
  const map = isCall(node, 'sum', 1) ? node.arguments[0] : undefined
  return isCall(map, 'map', 2) ? replacing(node, call('sum', map.arguments)) : undefined
}
