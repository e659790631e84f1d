import type { MetricResult } from './condition.ts'
import { formatValue } from './format.ts'
import { Fuel } from './fuel.ts'
import { anyType, boolType, floatsType, floatType, func, type GoType, int64Type } from './go-type.ts'
import { NumberError, parseFloat64, parseInteger, truncate } from './numbers.ts'
import { asFloat64, panic } from './panic.ts'
import { Func, goTypeOf, int64, integerOf, Slice, toText, type Value } from './value.ts'

/** The names that an expression may use besides the builtins, with their values. */
export type Environment = ReadonlyMap<string, Value>

const isNaNType = func([floatType], [boolType])
const numeric = {
  isNaN: new Func(isNaNType, ([value = null]) => Number.isNaN(asFloat64(value))),
  isInf: new Func(isNaNType, ([value = null]) => Math.abs(asFloat64(value)) === Infinity),
}

/** What is the same for every result. */
const functions: readonly (readonly [string, Value])[] = [
  ['asInt', new Func(func([anyType], [int64Type]), ([value = null]) => asInt(value))],
  ['asFloat', new Func(func([anyType], [floatType]), ([value = null]) => asFloat(value))],
  ...Object.entries(numeric),
  // It ignores its argument and looks at the result, which is never nil here.
  ['isNil', new Func(func([anyType], [boolType]), () => false)],
]
const defaultType = func([anyType, anyType], [anyType])

/** The environment of a condition (`utils/evaluate/evaluate.go`, EvalCondition). */
export function conditionEnvironment(measured: MetricResult): Environment {
  const result = measured.kind === 'scalar' ? measured.value : new Slice(floatsType, [...measured.values])
  // default() ignores its first argument as isNil() does.
  return new Map<string, Value>([['result', result], ...functions, ['default', new Func(defaultType, () => result)]])
}

/** The environment of a range query's start and end (EvalTime). */
export const timeEnvironment: Environment = new Map<string, Value>(Object.entries(numeric))

/** The types of what is in an environment. */
export function naturesOf(environment: Environment): Map<string, { type: GoType }> {
  return new Map([...environment].map(([name, value]) => [name, { type: goTypeOf(value) ?? anyType }]))
}

function asInt(value: Value): Value {
  if (typeof value === 'number') return int64(truncate(value))
  if (typeof value === 'string') return int64(parsed(() => parseInteger(value)))
  return int64(integerOf(value) ?? notSupported('asInt', value))
}

function asFloat(value: Value): Value {
  if (typeof value === 'number') return value
  if (typeof value === 'string') return parsed(() => parseFloat64(value))
  return Number(integerOf(value) ?? notSupported('asFloat', value))
}

function parsed<N>(parse: () => N): N {
  try {
    return parse()
  } catch (error) {
    if (error instanceof NumberError) return panic(error.message)
    throw error
  }
}

function notSupported(name: string, value: Value): never {
  const type = goTypeOf(value)?.name ?? '<nil>'
  return panic(`${name}() not supported on ${type} ${toText(formatValue(value, new Fuel()))}`)
}
