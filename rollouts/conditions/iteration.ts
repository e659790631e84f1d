import { elementAt, lengthOf } from './access.ts'
import { add } from './arithmetic.ts'
import type { Builtin, Node } from './ast.ts'
import type { Evaluator } from './evaluator.ts'
import { groupsType, listType } from './go-type.ts'
import { mapKey } from './map-key.ts'
import { asBool, asString, panic } from './panic.ts'
import { sortValues } from './sort.ts'
import { GoMap, goTypeOf, list, Slice, type Value } from './value.ts'

/** The place in a collection that a predicate looks at. */
export class Iteration {
  readonly length: number
  index = 0
  accumulator: Value = null
  readonly #collection: Value

  constructor(collection: Value) {
    this.#collection = collection
    this.length =
      lengthOf(collection) ??
      (collection instanceof GoMap ? collection.entries.size : panic(reflectError('Len', collection)))
  }

  /** What `#` is; Go's reflection says what is wrong when there is nothing, or the collection is a map. */
  current(): Value {
    if (this.#collection instanceof GoMap) return panic(reflectError('Index', this.#collection))
    const kind = goTypeOf(this.#collection)?.kind ?? 'slice'
    const element = elementAt(this.#collection, this.index)
    return element === undefined ? panic(`reflect: ${kind} index out of range`) : element
  }
}

function reflectError(method: string, value: Value): string {
  return `reflect: call of reflect.Value.${method} on ${goTypeOf(value)?.kind ?? 'zero'} Value`
}

/** Goes over the collection, forwards or backwards, until `step` gives something. */
type Walk = (step: () => Value | undefined, backwards?: boolean) => Value | undefined

type Loop = { evaluator: Evaluator; node: Builtin; iteration: Iteration; walk: Walk; test(): boolean; item(): Value }

/** What each builtin with a predicate does, as the compiler spells it out. */
const loops: Readonly<Record<string, (loop: Loop) => Value>> = {
  all: ({ walk, test }) => walk(() => (test() ? undefined : false)) ?? true,
  none: ({ walk, test }) => walk(() => (test() ? false : undefined)) ?? true,
  any: ({ walk, test }) => walk(() => (test() ? true : undefined)) ?? false,
  one: loop => count(loop) === 1,
  count: loop => BigInt(count(loop)),
  filter,
  map,
  sum,
  find: loop => find(loop, false),
  findLast: loop => find(loop, true),
  findIndex: ({ walk, test, iteration }) => walk(() => (test() ? BigInt(iteration.index) : undefined)) ?? null,
  findLastIndex: ({ walk, test, iteration }) =>
    walk(() => (test() ? BigInt(iteration.index) : undefined), true) ?? null,
  groupBy,
  sortBy,
  reduce,
}

/** The value of a builtin with a predicate. */
export function evaluatePredicateBuiltin(evaluator: Evaluator, node: Builtin): Value {
  const run = loops[node.name]
  const [over, predicate] = node.arguments
  if (!run || !over) return panic(`unknown builtin ${node.name}`)
  const iteration = new Iteration(evaluator.evaluate(over))
  const item = (): Value => (predicate ? evaluator.evaluate(predicate) : iteration.current())
  const walk: Walk = (step, backwards = false) => {
    if (backwards) iteration.index = iteration.length - 1
    for (; iteration.index >= 0 && iteration.index < iteration.length; iteration.index += backwards ? -1 : 1) {
      evaluator.context.fuel.spend()
      // The compiler forgets to take the loop's condition off the stack (emitLoopBackwards).
      if (backwards) evaluator.push(true)
      const found = step()
      if (found !== undefined) return found
    }
    if (backwards) evaluator.push(false)
    return undefined
  }
  return evaluator.within(iteration, () => run({ evaluator, node, iteration, walk, item, test: () => asBool(item()) }))
}

function count({ walk, test }: Loop): number {
  let found = 0
  walk(() => {
    if (test()) found++
    return undefined
  })
  return found
}

/** What the builtin gives of the current element: itself, or what the optimizer took in from a map() around it. */
function mapped({ evaluator, node, iteration }: Loop): Value {
  return node.map ? evaluator.evaluate(node.map) : iteration.current()
}

function filter(loop: Loop): Value {
  let kept = 0
  loop.walk(() => {
    if (!loop.test()) return undefined
    loop.evaluator.push(mapped(loop))
    kept++
    return undefined
  })
  loop.evaluator.context.fuel.grow(kept)
  return list(loop.evaluator.take(kept))
}

function map({ walk, item, evaluator, iteration }: Loop): Value {
  walk(() => {
    evaluator.push(item())
    return undefined
  })
  evaluator.context.fuel.grow(iteration.length)
  return list(evaluator.take(iteration.length))
}

function sum({ walk, item, evaluator }: Loop): Value {
  let total: Value = 0n
  walk(() => {
    total = add(item(), total, evaluator.context.fuel)
    return undefined
  })
  return total
}

function find(loop: Loop, last: boolean): Value {
  let found: Value = null
  const there = loop.walk(() => {
    if (!loop.test()) return undefined
    found = mapped(loop)
    return true
  }, last)
  if (there === undefined && loop.node.throws) return panic('reflect: slice index out of range')
  return found
}

function groupBy({ walk, item, iteration }: Loop): Value {
  const groups = new Map<unknown, { key: Value; items: Value[] }>()
  walk(() => {
    const key = item()
    const id = mapKey(key, groups.size === 0)
    const group = groups.get(id) ?? { key, items: [] }
    group.items.push(iteration.current())
    groups.set(id, group)
    return undefined
  })
  const result = new GoMap(groupsType)
  for (const [id, { key, items }] of groups) result.entries.set(id, { key, value: new Slice(listType, items) })
  return result
}

function sortBy({ evaluator, node, walk, item, iteration }: Loop): Value {
  const order: Node | undefined = node.arguments[2]
  const text = order ? asString(evaluator.evaluate(order)) : 'asc'
  if (text !== 'asc' && text !== 'desc') return panic('unknown order, use asc or desc')
  const items: Value[] = []
  const keys: Value[] = []
  walk(() => {
    keys.push(item())
    items.push(iteration.current())
    return undefined
  })
  const sorted = sortValues(items, keys, text === 'desc', evaluator.context.fuel)
  evaluator.context.fuel.grow(iteration.length)
  return list(sorted)
}

/** Without an initial value the first element is it. */
function reduce({ evaluator, node, walk, item, iteration }: Loop): Value {
  const initial = node.arguments[2]
  if (initial) {
    iteration.accumulator = evaluator.evaluate(initial)
  } else {
    iteration.accumulator = iteration.current()
    iteration.index++
  }
  walk(() => {
    iteration.accumulator = item()
    return undefined
  })
  return iteration.accumulator
}
