import type { BuiltinFunction } from './builtins/index.ts'
import {
  anyType,
  boolType,
  durationType,
  floatType,
  type GoType,
  int64Type,
  intType,
  isAssignable,
  listType,
  timeType,
  uint8Type,
} from './go-type.ts'

/**
 * What is known of a value before it is computed (expr-lang's `checker/nature`). Without a type it is unknown, or nil.
 * `ref` is the nature of the elements of a list, or of a predicate's body; `func` is the builtin that a name stands for.
 */
export type Nature = {
  readonly type?: GoType
  readonly nil?: true
  readonly ref?: Nature
  readonly func?: BuiltinFunction
  /** A method, as the first parameter of its type is the receiver. */
  readonly method?: true
}

export const unknown: Nature = {}
export const nil: Nature = { nil: true }
export const bool: Nature = { type: boolType }
export const int: Nature = { type: intType }
export const float: Nature = { type: floatType }

export const ofType = (type: GoType): Nature => ({ type })
export const listOf = (ref: Nature): Nature => ({ type: listType, ref })

/** The type as expr-lang's nodes tell it: unknown and nil count as any. */
export const typeOf = (nature: Nature): GoType => nature.type ?? anyType
export const describe = (nature: Nature): string => nature.type?.name ?? 'unknown'

export const isUnknown = (n: Nature): boolean => (n.type === undefined && !n.nil) || n.type === anyType
export const isInteger = (n: Nature): boolean => n.type === intType || n.type === int64Type || n.type === uint8Type
export const isFloat = (n: Nature): boolean => n.type === floatType
export const isNumber = (n: Nature): boolean => isInteger(n) || isFloat(n)
export const isTime = (n: Nature): boolean => n.type === timeType
export const isDuration = (n: Nature): boolean => n.type === durationType
export const isBool = (n: Nature): boolean => n.type?.kind === 'bool'
export const isString = (n: Nature): boolean => n.type?.kind === 'string'
export const isArray = (n: Nature): boolean => n.type?.kind === 'slice' || n.type?.kind === 'array'
export const isMap = (n: Nature): boolean => n.type?.kind === 'map'
export const isStruct = (n: Nature): boolean => n.type?.kind === 'struct'
export const isFunction = (n: Nature): boolean => n.type?.kind === 'func'

export function elementOf(n: Nature): Nature {
  switch (n.type?.kind) {
    case 'slice':
    case 'array':
      return n.ref ?? (n.type.elem ? ofType(n.type.elem) : unknown)
    case 'map':
    case 'ptr':
      return n.type.elem ? ofType(n.type.elem) : unknown
    default:
      return unknown
  }
}

export function keyOf(n: Nature): Nature {
  return n.type?.key ? ofType(n.type.key) : unknown
}

const nilable = new Set(['ptr', 'interface', 'func', 'map', 'slice'])

export function isAssignableTo(from: Nature, to: Nature): boolean {
  if (from.nil && to.type && nilable.has(to.type.kind)) return true
  if (!from.type || !to.type) return false
  if (from.type.kind !== to.type.kind && to.type.kind !== 'interface') return false
  return isAssignable(from.type, to.type)
}

export function isComparableTo(left: Nature, right: Nature): boolean {
  if (isUnknown(left) || isUnknown(right) || left.nil || right.nil) return true
  const alike = [isNumber, isDuration, isTime, isArray].some(is => is(left) && is(right))
  return alike || isAssignableTo(left, right)
}

/** Whether an unknown operand could make the operation right: both unknown, or the other one of a kind in `checks`. */
export function mayBeCompatible(left: Nature, right: Nature, ...checks: ((n: Nature) => boolean)[]): boolean {
  if (isUnknown(left)) return isUnknown(right) || checks.some(is => is(right))
  return isUnknown(right) && checks.some(is => is(left))
}

/** The type that arithmetic on two numbers gives. */
export function promote(left: Nature, right: Nature): Nature {
  if (isUnknown(left) || isUnknown(right)) return unknown
  return isFloat(left) || isFloat(right) ? float : int
}
