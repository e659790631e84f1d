import type { Fuel } from './fuel.ts'
import { wrap } from './numbers.ts'
import { panic } from './panic.ts'
import { pow } from './pow.ts'
import { Duration, describeType, integerOf, Sized, Time, type Value } from './value.ts'

/** A number as float64, whatever integer it is; undefined when it is none. */
export function floatOf(value: Value): number | undefined {
  if (typeof value === 'number') return value
  const integer = integerOf(value)
  return integer === undefined ? undefined : Number(integer)
}

function undefinedOn(operator: string, left: Value, right: Value): never {
  return panic(`invalid operation: ${describeType(left)} ${operator} ${describeType(right)}`)
}

/** Two integers, or else two floats, or neither. */
function numeric<R>(
  left: Value,
  right: Value,
  integers: (a: bigint, b: bigint) => R,
  floats: (a: number, b: number) => R,
): R | undefined {
  const [a, b] = [integerOf(left), integerOf(right)]
  if (a !== undefined && b !== undefined) return integers(a, b)
  const [x, y] = [floatOf(left), floatOf(right)]
  return x === undefined || y === undefined ? undefined : floats(x, y)
}

export function add(left: Value, right: Value, fuel: Fuel): Value {
  const sum = numeric<Value>(
    left,
    right,
    (a, b) => wrap(a + b),
    (a, b) => a + b,
  )
  if (sum !== undefined) return sum
  if (typeof left === 'string' && typeof right === 'string') {
    fuel.text(left.length + right.length)
    return left + right
  }
  if (left instanceof Time && right instanceof Duration) return new Time(left.ns + right.ns, left.zone)
  if (left instanceof Duration && right instanceof Time) return new Time(left.ns + right.ns, right.zone)
  if (left instanceof Duration && right instanceof Duration) return new Duration(left.ns + right.ns)
  return undefinedOn('+', left, right)
}

export function subtract(left: Value, right: Value): Value {
  const difference = numeric<Value>(
    left,
    right,
    (a, b) => wrap(a - b),
    (a, b) => a - b,
  )
  if (difference !== undefined) return difference
  if (left instanceof Time && right instanceof Time) return between(left, right)
  if (left instanceof Time && right instanceof Duration) return new Time(left.ns - right.ns, left.zone)
  if (left instanceof Duration && right instanceof Duration) return new Duration(left.ns - right.ns)
  return undefinedOn('-', left, right)
}

/** The duration between two times; one that is too long for a Duration becomes the longest. */
export function between(later: Time, earlier: Time): Duration {
  const ns = later.ns - earlier.ns
  const longest = 2n ** 63n - 1n
  if (ns > longest) return new Duration(longest)
  return new Duration(ns < -longest - 1n ? -longest - 1n : ns)
}

export function multiply(left: Value, right: Value): Value {
  const product = numeric<Value>(
    left,
    right,
    (a, b) => wrap(a * b),
    (a, b) => a * b,
  )
  if (product !== undefined) return product
  if (left instanceof Duration || right instanceof Duration) {
    const [a, b] = [nanoseconds(left), nanoseconds(right)]
    if (a !== undefined && b !== undefined) return new Duration(a * b)
    const [x, y] = [floatOf(a ?? left), floatOf(b ?? right)]
    if (x !== undefined && y !== undefined) return x * y
  }
  return undefinedOn('*', left, right)
}

function nanoseconds(value: Value): bigint | undefined {
  return value instanceof Duration ? value.ns : integerOf(value)
}

export function divide(left: Value, right: Value): Value {
  const [a, b] = [floatOf(left), floatOf(right)]
  return a === undefined || b === undefined ? undefinedOn('/', left, right) : a / b
}

export function modulo(left: Value, right: Value): Value {
  const [a, b] = [integerOf(left), integerOf(right)]
  if (a === undefined || b === undefined) return undefinedOn('%', left, right)
  return b === 0n ? panic('runtime error: integer divide by zero') : a % b
}

export function exponent(left: Value, right: Value): Value {
  return pow(toFloat(left), toFloat(right))
}

export function negate(value: Value): Value {
  if (typeof value === 'number') return -value
  if (typeof value === 'bigint') return wrap(-value)
  if (value instanceof Sized && value.type.pkg === undefined) {
    const negated = -value.value
    return new Sized(value.type, value.type.kind === 'uint8' ? BigInt.asUintN(8, negated) : wrap(negated))
  }
  return panic(`invalid operation: - ${describeType(value)}`)
}

function toFloat(value: Value): number {
  return floatOf(value) ?? panic(`invalid operation: float(${describeType(value)})`)
}

type Comparison = '<' | '>' | '<=' | '>='

/** `<`, `>`, `<=` and `>=` on two numbers, texts (by bytes), times or durations. */
export function compare(operator: Comparison, left: Value, right: Value): boolean {
  const ordered = <T extends bigint | number | string>(a: T, b: T): boolean => {
    switch (operator) {
      case '<':
        return a < b
      case '>':
        return a > b
      case '<=':
        return a <= b
      case '>=':
        return a >= b
    }
  }
  const numbers = numeric<boolean>(left, right, ordered, ordered)
  if (numbers !== undefined) return numbers
  if (typeof left === 'string' && typeof right === 'string') return ordered(left, right)
  if (left instanceof Time && right instanceof Time) return ordered(left.ns, right.ns)
  if (left instanceof Duration && right instanceof Duration) return ordered(left.ns, right.ns)
  return undefinedOn(operator, left, right)
}
