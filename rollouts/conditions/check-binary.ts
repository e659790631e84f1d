import type { Binary } from './ast.ts'
import { ConditionError } from './condition-error.ts'
import { durationType, intType, stringType, timeType } from './go-type.ts'
import {
  bool,
  describe,
  elementOf,
  float,
  int,
  isArray,
  isAssignableTo,
  isBool,
  isComparableTo,
  isDuration,
  isInteger,
  isMap,
  isNumber,
  isString,
  isStruct,
  isTime,
  isUnknown,
  keyOf,
  listOf,
  mayBeCompatible,
  type Nature,
  nil,
  ofType,
  promote,
  unknown,
} from './nature.ts'
import { compileRegexp, RegexpSyntaxError } from './regexp/index.ts'

type Is = (nature: Nature) => boolean

/** The type of `left operator right`; throws a ConditionError when the language has none. */
export function checkBinary(node: Binary, left: Nature, right: Nature): Nature {
  if (node.operator === 'matches' && node.right.kind === 'string') checkPattern(node.right.value)
  const found = natureOf(node.operator, left, right)
  if (found) return found
  const types = `${describe(left)} and ${describe(right)}`
  throw new ConditionError(`invalid operation: ${node.operator} (mismatched types ${types})`)
}

function natureOf(operator: string, left: Nature, right: Nature): Nature | undefined {
  const both = (is: Is): boolean => is(left) && is(right)
  const maybe = (...checks: Is[]): boolean => mayBeCompatible(left, right, ...checks)
  switch (operator) {
    case '==':
    case '!=':
      return isComparableTo(left, right) ? bool : undefined
    case 'or':
    case '||':
    case 'and':
    case '&&':
      return both(isBool) || maybe(isBool) ? bool : undefined
    case '<':
    case '>':
    case '>=':
    case '<=':
      if ([isNumber, isString, isTime, isDuration].some(both)) return bool
      return maybe(isNumber, isString, isTime, isDuration) ? bool : undefined
    case '-':
      return subtraction(left, right) ?? (maybe(isNumber, isTime, isDuration) ? unknown : undefined)
    case '+':
      return addition(left, right) ?? (maybe(isNumber, isString, isTime, isDuration) ? unknown : undefined)
    case '*':
      if (both(isNumber)) return promote(left, right)
      if ([left, right].every(n => isNumber(n) || isDuration(n))) return ofType(durationType)
      return maybe(isNumber, isDuration) ? unknown : undefined
    case '/':
    case '**':
    case '^':
      return both(isNumber) || maybe(isNumber) ? float : undefined
    case '%':
      return both(isInteger) || maybe(isInteger) ? int : undefined
    case '..':
      return both(isInteger) || maybe(isInteger) ? listOf(ofType(intType)) : undefined
    case 'matches':
    case 'contains':
    case 'startsWith':
    case 'endsWith':
      return both(isString) || maybe(isString) ? bool : undefined
    case 'in':
      return membership(left, right)
    case '??':
      return coalescence(left, right)
    default:
      throw new ConditionError(`unknown operator (${operator})`)
  }
}

function subtraction(left: Nature, right: Nature): Nature | undefined {
  if (isNumber(left) && isNumber(right)) return promote(left, right)
  if (isTime(left) && isTime(right)) return ofType(durationType)
  if (isTime(left) && isDuration(right)) return ofType(timeType)
  return isDuration(left) && isDuration(right) ? ofType(durationType) : undefined
}

function addition(left: Nature, right: Nature): Nature | undefined {
  if (isNumber(left) && isNumber(right)) return promote(left, right)
  if (isString(left) && isString(right)) return ofType(stringType)
  if ((isTime(left) && isDuration(right)) || (isDuration(left) && isTime(right))) return ofType(timeType)
  return isDuration(left) && isDuration(right) ? ofType(durationType) : undefined
}

function membership(left: Nature, right: Nature): Nature | undefined {
  if ((isString(left) || isUnknown(left)) && isStruct(right)) return bool
  if (isMap(right)) {
    if (isUnknown(left) || isAssignableTo(left, keyOf(right))) return bool
    throw new ConditionError(`cannot use ${describe(left)} as type ${describe(keyOf(right))} in map key`)
  }
  if (isArray(right)) {
    if (isComparableTo(left, elementOf(right))) return bool
    throw new ConditionError(`cannot use ${describe(left)} as type ${describe(elementOf(right))} in array`)
  }
  if (isUnknown(right) || (isUnknown(left) && isString(right))) return bool
  return undefined
}

function coalescence(left: Nature, right: Nature): Nature {
  if (left.nil) return right.nil ? nil : right
  if (right.nil) return left
  return isAssignableTo(right, left) ? left : unknown
}

/** Throws a ConditionError for a pattern that is no regular expression. */
export function checkPattern(pattern: string): void {
  try {
    compileRegexp(pattern)
  } catch (error) {
    if (error instanceof RegexpSyntaxError) throw new ConditionError(error.message, { cause: error })
    throw error
  }
}
