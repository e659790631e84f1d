import { formatValue } from './format.ts'
import { Fuel } from './fuel.ts'
import { durationType, func, type GoType, monthType, stringType, timeType, weekdayType } from './go-type.ts'
import { durationMethods, timeMethods } from './time-methods.ts'
import { UnsupportedConditionError } from './unsupported.ts'
import { Duration, Func, Sized, Time, type Value } from './value.ts'

/** The type of a method, with the receiver as its first parameter; undefined when the type has no such method. */
export function methodType(type: GoType, name: string): GoType | undefined {
  if (type === monthType || type === weekdayType) return name === 'String' ? func([type], [stringType]) : undefined
  const found = type === timeType ? timeMethods[name] : type === durationType ? durationMethods[name] : undefined
  if (found === 'unsupported') throw new UnsupportedConditionError(`the method ${name} of ${type.name}`)
  return found ? func([type, ...found.params], [found.result]) : undefined
}

/** A method bound to its receiver; undefined when the value has none of that name. */
export function methodOf(value: Value, name: string): Func | undefined {
  if (value instanceof Time) {
    const found = timeMethods[name]
    if (found === 'unsupported') throw new UnsupportedConditionError(`the method ${name} of time.Time`)
    return found && new Func(func(found.params, [found.result]), args => found.call(value, args))
  }
  if (value instanceof Duration) {
    const found = durationMethods[name]
    if (found === 'unsupported') throw new UnsupportedConditionError(`the method ${name} of time.Duration`)
    return found && new Func(func(found.params, [found.result]), args => found.call(value, args))
  }
  if (value instanceof Sized && value.type.pkg !== undefined && name === 'String') {
    return new Func(func([], [stringType]), () => formatValue(value, new Fuel()))
  }
  return undefined
}
