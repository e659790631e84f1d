import { compare, floatOf, negate } from '../arithmetic.ts'
import { anyType, floatType, type GoType } from '../go-type.ts'
import { panic } from '../panic.ts'
import { Duration, describeType, Sized, Slice, type Value } from '../value.ts'
import {
  type ArgumentType,
  type BuiltinFunction,
  type Context,
  isListKind,
  isNumberKind,
  kindOf,
  nameOf,
  one,
  reject,
} from './function.ts'

/** Functions on numbers, and on lists of numbers nested as they like. */
export const mathBuiltins: readonly BuiltinFunction[] = [
  {
    name: 'abs',
    validate: one(type =>
      type && (isNumberKind(type) || kindOf(type) === 'interface')
        ? type
        : reject(`invalid argument for abs (type ${nameOf(type)})`),
    ),
    call: ([value = null]) => absolute(value),
  },
  rounding('ceil', Math.ceil),
  rounding('floor', Math.floor),
  rounding('round', roundAwayFromZero),
  aggregate('max', (args, context) => extreme('max', '<', args, context)),
  aggregate('min', (args, context) => extreme('min', '>', args, context)),
  aggregate('mean', (args, context) => {
    const { count, sum } = total(args, context)
    return count === 0 ? 0 : sum / count
  }),
  aggregate('median', (args, context) => median(args, context)),
]

function absolute(value: Value): Value {
  const float = floatOf(value)
  if (float === undefined) return panic(`invalid argument for abs (type ${describeType(value)})`)
  return float < 0 ? negate(value) : value
}

function rounding(name: string, round: (value: number) => number): BuiltinFunction {
  return {
    name,
    validate: one(type =>
      isNumberKind(type) || kindOf(type) === 'interface'
        ? floatType
        : reject(`invalid argument for ${name} (type ${nameOf(type)})`),
    ),
    call: ([value = null]) => {
      const float = floatOf(value)
      return float === undefined ? panic(`invalid argument for ${name} (type ${describeType(value)})`) : round(float)
    },
  }
}

/** Go rounds halves away from zero, JavaScript up. */
function roundAwayFromZero(value: number): number {
  const size = Math.abs(value)
  const floor = Math.floor(size)
  const rounded = size - floor >= 0.5 ? floor + 1 : floor
  return value < 0 || Object.is(value, -0) ? -rounded : rounded
}

/** The first list or unknown argument ends the check; without one the result is typed as the first argument. */
function aggregateType(name: string, args: readonly ArgumentType[]): GoType {
  for (const type of args) {
    if (isListKind(type)) return anyType
    if (!isNumberKind(type)) reject(`invalid argument for ${name} (type ${nameOf(type)})`)
  }
  return args[0] ?? reject(`not enough arguments to call ${name}`)
}

function aggregate(name: string, call: BuiltinFunction['call']): BuiltinFunction {
  return { name, validate: args => aggregateType(name, args), call }
}

/** A number of any kind, a Duration's included. */
function numberOf(value: Value): number | undefined {
  if (value instanceof Duration) return Number(value.ns)
  if (value instanceof Sized) return Number(value.value)
  return floatOf(value)
}

/** A single argument that is neither list nor number comes back as it is. */
function extreme(name: string, operator: '<' | '>', args: readonly Value[], context: Context): Value {
  const wrong = (value: Value): never => reject(`invalid argument for ${name} (type ${describeType(value)})`)
  let best: Value = null
  for (const argument of args) {
    if (argument instanceof Slice) {
      for (const item of argument.items) {
        context.fuel.spend()
        const inner = extreme(name, operator, [item], context)
        if (floatOf(inner) === undefined) wrong(inner)
        if (best === null || compare(operator, best, inner)) best = inner
      }
    } else if (numberOf(argument) !== undefined) {
      if (best === null || compare(operator, best, argument)) best = argument
    } else if (args.length === 1) return argument
    else wrong(argument)
  }
  return best
}

function total(args: readonly Value[], context: Context): { count: number; sum: number } {
  let count = 0
  let sum = 0
  for (const argument of args) {
    context.fuel.spend()
    if (argument instanceof Slice) {
      for (const item of argument.items) {
        const inner = total([item], context)
        sum += inner.sum
        count += inner.count
      }
      continue
    }
    sum += numberOf(argument) ?? reject(`invalid argument for mean (type ${describeType(argument)})`)
    count++
  }
  return { count, sum }
}

function median(args: readonly Value[], context: Context): number {
  const values: number[] = []
  const gather = (items: readonly Value[]): void => {
    for (const item of items) {
      context.fuel.spend()
      if (item instanceof Slice) gather(item.items)
      else values.push(numberOf(item) ?? reject(`invalid argument for median (type ${describeType(item)})`))
    }
  }
  gather(args)
  // Go sorts NaN before all numbers.
  values.sort((a, b) => (Number.isNaN(a) ? (Number.isNaN(b) ? 0 : -1) : Number.isNaN(b) ? 1 : a - b))
  const middle = Math.floor(values.length / 2)
  const upper = values[middle]
  if (upper === undefined) return 0
  return values.length % 2 === 1 ? upper : ((values[middle - 1] ?? 0) + upper) / 2
}
