import { fetch, slice } from './access.ts'
import { negate } from './arithmetic.ts'
import type { Binary, Call, Chain, Declaration, Member, Node, SliceOf } from './ast.ts'
import { builtins, type Context } from './builtins/index.ts'
import { callValue } from './call-value.ts'
import { constantOf } from './constant.ts'
import type { Environment } from './environment.ts'
import { equal } from './equality.ts'
import { objectType, stringType } from './go-type.ts'
import { predicateBuiltins } from './grammar.ts'
import { evaluatePredicateBuiltin, type Iteration } from './iteration.ts'
import { mapKey } from './map-key.ts'
import { typeOf } from './nature.ts'
import { operate } from './operation.ts'
import { asBool, asInt, asString, panic } from './panic.ts'
import { describeType, GoMap, isNilValue, list, Slice, toBytes, type Value } from './value.ts'

/**
 * Computes a checked and optimized tree as expr-lang's compiler and virtual machine do (`compiler/compiler.go`,
 * `vm/vm.go`). Throws a ConditionError with the text of Go's panic.
 */
export function evaluate(node: Node, environment: Environment, context: Context): Value {
  return new Evaluator(environment, context).evaluate(node)
}

/** Leaves an optional chain whose base is nil. */
class ChainEnd {
  readonly value: Value
  constructor(value: Value) {
    this.value = value
  }
}

export class Evaluator {
  readonly context: Context
  readonly #environment: Environment
  readonly #variables = new Map<string, Value>()
  readonly #iterations: Iteration[] = []
  /**
   * What is under the value being computed on the machine's stack. findLast() and findLastIndex() leave rubbish there,
   * which expr-lang then takes for the left operand: `1 < findLast(…)` is an error about a bool.
   */
  readonly #stack: Value[] = []

  constructor(environment: Environment, context: Context) {
    this.#environment = environment
    this.context = context
  }

  evaluate(node: Node): Value {
    this.context.fuel.spend()
    switch (node.kind) {
      case 'nil':
        return null
      case 'identifier':
        return this.#identifier(node.name)
      case 'integer':
      case 'float':
      case 'bool':
        return node.value
      case 'string':
        return toBytes(node.value)
      case 'constant':
        return constantOf(node)
      case 'unary': {
        const operand = this.evaluate(node.operand)
        if (node.operator === '-') return negate(operand)
        return node.operator === '+' ? operand : !asBool(operand)
      }
      case 'binary':
        return this.#binary(node)
      case 'chain': {
        const value = this.#chain(node)
        return isNilValue(value) ? null : value
      }
      case 'member':
        return this.#member(node)
      case 'slice':
        return this.#slice(node)
      case 'call':
        return this.#call(node)
      case 'builtin':
        return predicateBuiltins.has(node.name)
          ? evaluatePredicateBuiltin(this, node)
          : this.#builtin(node.name, node.arguments)
      case 'predicate':
        return this.evaluate(node.node)
      case 'pointer':
        return this.#pointer(node.name)
      case 'conditional':
        return this.evaluate(asBool(this.evaluate(node.condition)) ? node.whenTrue : node.otherwise)
      case 'declaration':
        return this.#declaration(node)
      case 'sequence':
        return node.nodes.map(each => this.evaluate(each)).at(-1) ?? null
      case 'array': {
        const items = this.#all(node.nodes)
        this.context.fuel.grow(items.length)
        return list(items)
      }
      case 'map':
        return this.#map(node.pairs)
      case 'pair':
        return panic('a pair outside of a map')
    }
  }

  /** Evaluates `body` while `#` and its like stand for the current step of `iteration`. */
  within<R>(iteration: Iteration, body: () => R): R {
    this.#iterations.push(iteration)
    const result = body()
    this.#iterations.pop()
    return result
  }

  /** Puts a value aside while others are computed. */
  push(value: Value): void {
    this.#stack.push(value)
  }

  /** The last values put aside, in their order. */
  take(count: number): Value[] {
    return count === 0 ? [] : this.#stack.splice(-count)
  }

  #pop(): Value {
    return this.#stack.pop() ?? null
  }

  #both(left: Node, right: Node): [Value, Value] {
    this.push(this.evaluate(left))
    const second = this.evaluate(right)
    return [this.#pop(), second]
  }

  #all(nodes: readonly Node[]): Value[] {
    for (const node of nodes) this.push(this.evaluate(node))
    return this.take(nodes.length)
  }

  #identifier(name: string): Value {
    const variable = this.#variables.get(name)
    if (variable !== undefined) return variable
    if (name === '$env') return this.#environmentMap()
    // A builtin's name alone is known to the checker, and nil when it is evaluated.
    return this.#environment.get(name) ?? null
  }

  #environmentMap(): GoMap {
    const map = new GoMap(objectType)
    for (const [key, value] of this.#environment) map.entries.set(mapKey(key), { key, value })
    return map
  }

  #binary(node: Binary): Value {
    switch (node.operator) {
      case 'or':
      case '||': {
        const left = this.evaluate(node.left)
        return asBool(left) ? left : this.evaluate(node.right)
      }
      case 'and':
      case '&&': {
        const left = this.evaluate(node.left)
        return asBool(left) ? this.evaluate(node.right) : left
      }
      case '??': {
        const left = node.left.kind === 'chain' ? this.#chain(node.left) : this.evaluate(node.left)
        return isNilValue(left) ? this.evaluate(node.right) : left
      }
      case '==':
        return this.#equal(node)
      case '!=':
        return !this.#equal(node)
      default:
        return operate(node, ...this.#both(node.left, node.right), this.context.fuel)
    }
  }

  /** Two ints or texts by their static types are asserted to be just that. */
  #equal({ left, right }: Binary): boolean {
    const [a, b] = this.#both(left, right)
    const [l, r] = [typeOf(left.nature), typeOf(right.nature)]
    if (l.pkg === undefined && r.pkg === undefined && l.kind === r.kind) {
      if (l.kind === 'int') return sameAs(a, b, asInt)
      if (l === stringType) return sameAs(a, b, asString)
    }
    return equal(a, b, this.context.fuel)
  }

  #chain({ node }: Chain): Value {
    const depth = this.#iterations.length
    try {
      return this.evaluate(node)
    } catch (error) {
      if (!(error instanceof ChainEnd)) throw error
      this.#iterations.length = depth
      return error.value
    }
  }

  #member(node: Member): Value {
    const base = this.evaluate(node.node)
    if (node.optional && isNilValue(base)) throw new ChainEnd(base)
    this.push(base)
    const property = this.evaluate(node.property)
    return fetch(this.#pop(), property, this.context.fuel)
  }

  #slice(node: SliceOf): Value {
    const value = this.evaluate(node.node)
    this.push(value)
    this.push(node.to ? this.evaluate(node.to) : BigInt(countOf(value)))
    const from = node.from ? this.evaluate(node.from) : 0n
    const to = this.#pop()
    return slice(this.#pop(), from, to, this.context.fuel)
  }

  #call(node: Call): Value {
    for (const each of node.arguments) this.push(this.evaluate(each))
    const callee = this.evaluate(node.callee)
    const args = this.take(node.arguments.length)
    return callValue(callee, typeOf(node.callee.nature), args, node.callee.nature.method === true)
  }

  #builtin(name: string, nodes: readonly Node[]): Value {
    const args = this.#all(nodes)
    const builtin = builtins.get(name)
    return builtin ? builtin.call(args, this.context) : panic(`unknown builtin ${name}`)
  }

  #pointer(name: string): Value {
    const iteration = this.#iterations.at(-1)
    if (!iteration) return panic('cannot use pointer accessor outside predicate')
    if (name === 'index') return BigInt(iteration.index)
    return name === 'acc' ? iteration.accumulator : iteration.current()
  }

  #declaration({ name, value, body }: Declaration): Value {
    this.#variables.set(name, this.evaluate(value))
    const result = this.evaluate(body)
    this.#variables.delete(name)
    return result
  }

  #map(pairs: readonly Node[]): Value {
    for (const pair of pairs) {
      if (pair.kind !== 'pair') continue
      this.push(this.evaluate(pair.key))
      this.push(this.evaluate(pair.value))
    }
    this.context.fuel.grow(pairs.length)
    const map = new GoMap(objectType)
    // The machine takes pairs off its stack: the last bad key is found first, and the first of equal keys wins.
    for (let left = pairs.length; left > 0; left--) {
      const [key = null, value = null] = this.take(2)
      map.entries.set(mapKey(asString(key)), { key, value })
    }
    return map
  }
}

/** Asserts the left operand first, as Go does. */
function sameAs<T>(left: Value, right: Value, assert: (value: Value) => T): boolean {
  return assert(left) === assert(right)
}

/** Elements of a list or map, bytes of a text. */
function countOf(value: Value): number {
  if (typeof value === 'string') return value.length
  if (value instanceof Slice) return value.items.length
  if (value instanceof GoMap) return value.entries.size
  return panic(`invalid argument for len (type ${describeType(value)})`)
}
