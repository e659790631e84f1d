import { type Builtin, type Call, make, type Node } from './ast.ts'
import type { BuiltinFunction } from './builtins/index.ts'
import { anyFunction, type Checker, fail } from './checker.ts'
import { anyType, type GoType } from './go-type.ts'
import {
  describe,
  float as floatNature,
  isAssignableTo,
  isFloat,
  isInteger,
  isUnknown,
  type Nature,
  ofType,
  unknown,
} from './nature.ts'

/** The type of a call of something other than a builtin by its own name. */
export function checkCall(checker: Checker, node: Call): Nature {
  const { callee } = node
  const called = checker.visit(callee)
  if (isUnknown(called)) return unknown
  if (called.func) return checkFunction(checker, called.func, node)
  const name = nameOf(callee)
  if (called.nil) fail(`${name} is nil; cannot call nil as function`)
  if (!called.type?.signature) return fail(`${describe(called)} is not callable`)
  const found = checkArguments(checker, name, called.type, node.arguments, called.method === true)
  return typeof found === 'string' ? fail(found) : found
}

/** The type of a builtin's call: by its own rule, or by the first of its signatures that fits. */
export function checkFunction(checker: Checker, builtin: BuiltinFunction, node: Builtin | Call): Nature {
  if (builtin.validate) {
    const natures = node.arguments.map(each => checker.visit(each))
    return ofType(builtin.validate(natures.map(nature => (isUnknown(nature) ? anyType : nature.type))))
  }
  let fault = `no matching overload for ${builtin.name}`
  for (const type of builtin.types ?? [anyFunction]) {
    const found = checkArguments(checker, builtin.name, type, node.arguments, false)
    if (typeof found !== 'string') {
      if (node.kind === 'call') node.callee.nature = ofType(type)
      return found
    }
    fault = found
  }
  return fail(fault)
}

function nameOf(callee: Node): string {
  if (callee.kind === 'identifier') return callee.name
  return callee.kind === 'member' && callee.property.kind === 'string' ? callee.property.value : 'function'
}

/** The result's type, or what is wrong with the arguments. Throws what is wrong inside of an argument. */
function checkArguments(checker: Checker, name: string, type: GoType, args: Node[], method: boolean): Nature | string {
  const { params, results, variadic } = type.signature ?? { params: [], results: [], variadic: false }
  const [result] = results
  if (!result) return `func ${name} doesn't return value`
  const wanted = params.slice(method ? 1 : 0)
  const least = variadic ? wanted.length - 1 : wanted.length
  if (args.length < least || (!variadic && args.length > wanted.length)) {
    for (const each of args) checker.visit(each)
    return `${args.length < least ? 'not enough' : 'too many'} arguments to call ${name}`
  }
  for (const [index, argument] of args.entries()) {
    const nature = checker.visit(argument)
    const parameter = variadic && index >= least ? wanted.at(-1)?.elem : wanted[index]
    const into = parameter ? ofType(parameter) : unknown
    if (isFloat(into) && isInteger(nature)) {
      args[index] = withFloats(argument)
      continue
    }
    if (isInteger(into) && isInteger(nature) && nature.type !== into.type) {
      // Literals take the parameter's type in expr-lang; here all parameters are ints, as literals are.
      continue
    }
    if (nature.nil) {
      if (parameter?.kind === 'interface' || parameter?.kind === 'ptr') continue
      return `cannot use nil as argument (type ${describe(into)}) to call ${name}`
    }
    if (!isAssignableTo(nature, into) && !isUnknown(nature)) {
      return `cannot use ${describe(nature)} as argument (type ${describe(into)}) to call ${name} `
    }
  }
  return ofType(result)
}

/** Makes floats of the integer literals in an argument for a float parameter, under signs, `+`, `-` and `*`. */
function withFloats(node: Node): Node {
  if (node.kind === 'integer') {
    const float = make({ kind: 'float', value: Number(node.value) })
    float.nature = floatNature
    return float
  }
  if (node.kind === 'unary') node.operand = withFloats(node.operand)
  if (node.kind === 'binary' && ['+', '-', '*'].includes(node.operator)) {
    node.left = withFloats(node.left)
    node.right = withFloats(node.right)
  }
  return node
}
