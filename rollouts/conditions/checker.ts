import type {
  Binary,
  Builtin,
  Call,
  Conditional,
  Declaration,
  List,
  Member,
  Node,
  Pointer,
  SliceOf,
  Unary,
} from './ast.ts'
import { builtins } from './builtins/index.ts'
import { checkBinary } from './check-binary.ts'
import { checkCall, checkFunction } from './check-call.ts'
import { checkPredicateBuiltin, isPredicateBuiltin } from './check-predicate.ts'
import { ConditionError } from './condition-error.ts'
import { anyType, errorType, func, type GoType, listType, objectType, stringType } from './go-type.ts'
import { methodType } from './methods.ts'
import {
  bool,
  describe,
  elementOf,
  float,
  int,
  isArray,
  isAssignableTo,
  isBool,
  isInteger,
  isMap,
  isNumber,
  isUnknown,
  keyOf,
  listOf,
  type Nature,
  nil,
  ofType,
  unknown,
} from './nature.ts'

/** A predicate being checked: the collection it goes over, and what `#index` and `#acc` are there. */
type Scope = { collection: Nature; pointers: ReadonlyMap<string, Nature> }

/**
 * Finds the type of every node, as expr-lang does before it evaluates (`checker/checker.go`), and of the whole. It
 * changes the tree: integers given to a float parameter become floats. Throws a ConditionError with the first fault.
 */
export function check(node: Node, environment: ReadonlyMap<string, Nature>): Nature {
  return new Checker(environment).visit(node)
}

export class Checker {
  readonly #environment: ReadonlyMap<string, Nature>
  readonly #scopes: Scope[] = []
  readonly #variables: { name: string; nature: Nature }[] = []

  constructor(environment: ReadonlyMap<string, Nature>) {
    this.#environment = environment
  }

  visit(node: Node): Nature {
    const nature = this.#natureOf(node)
    node.nature = nature
    return nature
  }

  /** Checks a predicate over `collection`, with the pointers it may use besides `#`. */
  within(collection: Nature, pointers: Readonly<Record<string, Nature>>, predicate: Node): Nature {
    this.#scopes.push({ collection, pointers: new Map(Object.entries(pointers)) })
    const nature = this.visit(predicate)
    this.#scopes.pop()
    return nature
  }

  #natureOf(node: Node): Nature {
    switch (node.kind) {
      case 'nil':
        return nil
      case 'identifier':
        return this.#identifier(node.name)
      case 'integer':
        return int
      case 'float':
        return float
      case 'bool':
        return bool
      case 'string':
        return ofType(stringType)
      case 'constant':
        return node.nature
      case 'unary':
        return this.#unary(node)
      case 'binary':
        return this.#binary(node)
      case 'chain':
        return this.visit(node.node)
      case 'member':
        return this.#member(node)
      case 'slice':
        return this.#slice(node)
      case 'call':
        return this.#call(node)
      case 'builtin':
        return this.#builtin(node)
      case 'predicate':
        return this.#predicate(node.node)
      case 'pointer':
        return this.#pointer(node)
      case 'conditional':
        return this.#conditional(node)
      case 'declaration':
        return this.#declaration(node)
      case 'sequence':
        return node.nodes.map(each => this.visit(each)).at(-1) ?? unknown
      case 'array':
        return this.#array(node)
      case 'map':
        for (const pair of node.pairs) this.visit(pair)
        return ofType(objectType)
      case 'pair':
        this.visit(node.key)
        this.visit(node.value)
        return nil
    }
  }

  #identifier(name: string): Nature {
    const variable = this.#variables.findLast(each => each.name === name)
    if (variable) return variable.nature
    if (name === '$env') return unknown
    const known = this.#environment.get(name)
    if (known) return known
    const builtin = builtins.get(name)
    if (!builtin) return fail(`unknown name ${name}`)
    return { type: builtin.types?.[0] ?? anyFunction, func: builtin }
  }

  #unary(node: Unary): Nature {
    const operand = this.visit(node.operand)
    if (node.operator === '!' || node.operator === 'not') {
      if (isBool(operand) || isUnknown(operand)) return bool
    } else {
      if (isNumber(operand)) return operand
      if (isUnknown(operand)) return unknown
    }
    return fail(`invalid operation: ${node.operator} (mismatched type ${describe(operand)})`)
  }

  #binary(node: Binary): Nature {
    return checkBinary(node, this.visit(node.left), this.visit(node.right))
  }

  #member(node: Member): Nature {
    const { property } = node
    if (node.node.kind === 'identifier' && node.node.name === '$env') {
      if (property.kind !== 'string') return unknown
      const known = this.#environment.get(property.value)
      return known ?? (node.optional ? unknown : fail(`unknown name ${property.value}`))
    }
    const base = this.visit(node.node)
    const index = this.visit(property)
    if (isUnknown(base)) return unknown
    if (property.kind === 'string') {
      if (base.nil) fail(`type nil has no field ${property.value}`)
      const method = base.type && methodType(base.type, property.value)
      if (method) return { type: method, method: true }
    }
    if (isMap(base)) {
      if (!isAssignableTo(index, keyOf(base)) && !isUnknown(index)) {
        fail(`cannot use ${describe(index)} to get an element from ${describe(base)}`)
      }
      return elementOf(base)
    }
    if (isArray(base)) {
      if (!isInteger(index) && !isUnknown(index)) {
        fail(`array elements can only be selected using an integer (got ${describe(index)})`)
      }
      return elementOf(base)
    }
    if (property.kind === 'string') {
      return fail(`type ${describe(base)} has no ${node.method ? 'method' : 'field'} ${property.value}`)
    }
    return fail(`type ${describe(base)}[${describe(index)}] is undefined`)
  }

  #slice(node: SliceOf): Nature {
    const nature = this.visit(node.node)
    // expr-lang does not look at the bounds of what it does not know.
    if (isUnknown(nature)) return unknown
    if (nature.type?.kind !== 'string' && !isArray(nature)) fail(`cannot slice ${describe(nature)}`)
    for (const bound of [node.from, node.to]) {
      if (!bound) continue
      const found = this.visit(bound)
      if (!isInteger(found) && !isUnknown(found)) fail(`non-integer slice index ${describe(found)}`)
    }
    return nature
  }

  /** A call is checked once: when its place is visited again for another overload, the first answer stands. */
  #call(node: Call): Nature {
    if (node.nature.type && node.nature.type !== anyType) return node.nature
    return checkCall(this, node)
  }

  #builtin(node: Builtin): Nature {
    if (isPredicateBuiltin(node.name)) return checkPredicateBuiltin(this, node)
    if (node.name === 'get') return this.#get(node)
    const builtin = builtins.get(node.name)
    return builtin ? checkFunction(this, builtin, node) : fail(`unknown builtin ${node.name}`)
  }

  #get(node: Builtin): Nature {
    const [from, key] = node.arguments
    if (!from || !key || node.arguments.length !== 2) {
      return fail(`invalid number of arguments (expected 2, got ${node.arguments.length})`)
    }
    const base = this.visit(from)
    const index = this.visit(key)
    if (from.kind === 'identifier' && from.name === '$env') {
      return (key.kind === 'string' ? this.#environment.get(key.value) : undefined) ?? unknown
    }
    if (isUnknown(base)) return unknown
    if (isArray(base)) {
      if (!isInteger(index) && !isUnknown(index)) fail(`non-integer slice index ${describe(index)}`)
      return elementOf(base)
    }
    if (!isMap(base)) return fail(`type ${describe(base)} does not support indexing`)
    if (!isAssignableTo(index, keyOf(base)) && !isUnknown(index)) {
      fail(`cannot use ${describe(index)} to get an element from ${describe(base)}`)
    }
    return elementOf(base)
  }

  /** A predicate is a function of anything; a body that is nil gives it no result. */
  #predicate(body: Node): Nature {
    const ref = this.visit(body)
    const results: GoType[] = isUnknown(ref) ? [anyType] : ref.type ? [ref.type] : []
    return { type: func([anyType], results), ref }
  }

  #pointer({ name }: Pointer): Nature {
    const scope = this.#scopes.at(-1)
    if (!scope) return fail('cannot use pointer accessor outside predicate')
    if (name !== '') return scope.pointers.get(name) ?? fail(`unknown pointer #${name}`)
    return isUnknown(scope.collection) ? unknown : elementOf(scope.collection)
  }

  #declaration({ name, value, body }: Declaration): Nature {
    if (this.#environment.has(name)) fail(`cannot redeclare ${name}`)
    if (builtins.has(name)) fail(`cannot redeclare builtin ${name}`)
    if (this.#variables.some(each => each.name === name)) fail(`cannot redeclare variable ${name}`)
    this.#variables.push({ name, nature: this.visit(value) })
    const nature = this.visit(body)
    this.#variables.pop()
    return nature
  }

  #conditional(node: Conditional): Nature {
    const condition = this.visit(node.condition)
    if (!isBool(condition) && !isUnknown(condition)) {
      fail(`non-bool expression (type ${describe(condition)}) used as condition`)
    }
    const then = this.visit(node.whenTrue)
    const otherwise = this.visit(node.otherwise)
    if (then.nil) return otherwise
    if (otherwise.nil) return then
    if (!isAssignableTo(then, otherwise)) return unknown
    if (isArray(then) && isArray(otherwise)) {
      const [first, second] = [elementOf(then), elementOf(otherwise)]
      if (!isAssignableTo(first, second) || !isAssignableTo(second, first)) return ofType(listType)
    }
    return then
  }

  #array({ nodes }: List): Nature {
    const natures = nodes.map(node => this.visit(node))
    const kinds = new Set(natures.map(nature => nature.type?.kind))
    return kinds.size > 1 ? ofType(listType) : listOf(natures.at(-1) ?? unknown)
  }
}

/** The type of a builtin that declares none. */
export const anyFunction = func([listType], [anyType, errorType], true)

/** Ends the check with expr-lang's message. */
export function fail(message: string): never {
  throw new ConditionError(message)
}
