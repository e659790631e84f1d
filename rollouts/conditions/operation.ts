import { isIn, toInt } from './access.ts'
import { add, compare, divide, exponent, modulo, multiply, subtract } from './arithmetic.ts'
import type { Binary } from './ast.ts'
import type { Fuel } from './fuel.ts'
import { intsType } from './go-type.ts'
import { asString, panic } from './panic.ts'
import { compileBytes, RegexpSyntaxError } from './regexp/index.ts'
import { describeType, isNilValue, Slice, type Value } from './value.ts'

/** `left operator right`, both computed; throws a ConditionError with the text of Go's panic. */
export function operate(node: Binary, left: Value, right: Value, fuel: Fuel): Value {
  switch (node.operator) {
    case '<':
    case '>':
    case '<=':
    case '>=':
      return compare(node.operator, left, right)
    case '+':
      return add(left, right, fuel)
    case '-':
      return subtract(left, right)
    case '*':
      return multiply(left, right)
    case '/':
      return divide(left, right)
    case '%':
      return modulo(left, right)
    case '**':
    case '^':
      return exponent(left, right)
    case 'in':
      return isIn(left, right, fuel)
    case '..':
      return range(left, right, fuel)
    case 'matches':
      return matches(left, right, node.right.kind === 'string', fuel)
    case 'contains':
      return isNilValue(left) || isNilValue(right) ? false : asString(left).includes(asString(right))
    case 'startsWith':
      return isNilValue(left) || isNilValue(right) ? false : asString(left).startsWith(asString(right))
    case 'endsWith':
      return isNilValue(left) || isNilValue(right) ? false : asString(left).endsWith(asString(right))
    default:
      return panic(`unknown operator (${node.operator})`)
  }
}

function range(left: Value, right: Value, fuel: Fuel): Value {
  const [from, to] = [toInt(left), toInt(right)]
  const size = BigInt.asIntN(64, to - from + 1n)
  fuel.grow(size > 0n ? Number(size) : 0)
  return new Slice(
    intsType,
    Array.from({ length: size > 0n ? Number(size) : 0 }, (_, index) => from + BigInt(index)),
  )
}

function matches(left: Value, right: Value, literal: boolean, fuel: Fuel): boolean {
  if (isNilValue(left) || isNilValue(right)) return false
  // A literal pattern is compiled beforehand; another one is looked at only when the text is a text.
  if (typeof left !== 'string' && (literal || typeof right === 'string')) {
    return panic(`interface conversion: interface {} is ${describeType(left)}, not []uint8`)
  }
  if (typeof left !== 'string') return panic(`interface conversion: interface {} is ${describeType(right)}, not string`)
  try {
    return compileBytes(asString(right)).matches(left, fuel)
  } catch (error) {
    if (error instanceof RegexpSyntaxError) return panic(error.message)
    throw error
  }
}
