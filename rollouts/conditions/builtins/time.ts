import { parseDate } from '../date.ts'
import { parseGoDuration } from '../go-duration.ts'
import { durationType, errorType, func, locationType, stringType, timeType } from '../go-type.ts'
import { asString } from '../panic.ts'
import { UnsupportedConditionError } from '../unsupported.ts'
import { Duration, Time, utc } from '../value.ts'
import { type BuiltinFunction, reject } from './function.ts'

/** Functions that make times and durations. Times have no zone but UTC here. */
export const timeBuiltins: readonly BuiltinFunction[] = [
  {
    name: 'now',
    validate: args =>
      args.length === 0 ? timeType : reject(`invalid number of arguments (expected 0, got ${args.length})`),
    call: (_, { now }) => new Time(BigInt(Math.round(now * 1000)) * 1000n, utc),
  },
  {
    name: 'duration',
    types: [func([stringType], [durationType, errorType])],
    call: ([text = null]) => new Duration(parseGoDuration(asString(text))),
  },
  {
    name: 'date',
    validate: args => {
      if (args.length < 1) reject('invalid number of arguments (expected at least 1, got 0)')
      if (args.length > 3) reject(`invalid number of arguments (expected at most 3, got ${args.length})`)
      if (args.length > 1) throw new UnsupportedConditionError('date() with a layout')
      return timeType
    },
    call: ([text = null]) => parseDate(asString(text)),
  },
  {
    name: 'timezone',
    types: [func([stringType], [locationType, errorType])],
    validate: noTimeZones,
    call: noTimeZones,
  },
]

function noTimeZones(): never {
  throw new UnsupportedConditionError('timezone()')
}
