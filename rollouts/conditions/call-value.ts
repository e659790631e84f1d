import { anyType, type GoType, isAssignable } from './go-type.ts'
import { panic, wrongType } from './panic.ts'
import { describeType, Func, goTypeOf, type Value } from './value.ts'

/**
 * Calls a value. `type` is what the checker knows of it: where expr-lang has a fast path for that signature it asserts
 * the function and then the arguments, from the last to the first; elsewhere Go's reflection does the call.
 */
export function callValue(value: Value, type: GoType, args: readonly Value[], method: boolean): Value {
  const signature = type.signature
  const params = method ? signature?.params.slice(1) : signature?.params
  if (params && signature && hasFastPath(params, signature.results)) {
    if (!(value instanceof Func)) return wrongType(value, type.name)
    for (const [index, param] of [...params.entries()].reverse()) {
      const argument = args[index] ?? null
      if (param !== anyType && goTypeOf(argument) !== param) wrongType(argument, param.name)
    }
    return value.call(args)
  }
  if (value === null) return panic('invalid operation: cannot call nil')
  if (!(value instanceof Func)) {
    return panic(`invalid operation: cannot call non-function of type ${describeType(value)}`)
  }
  return value.call(reflected(value.type, args))
}

/** The signatures of `vm/func_types[generated].go` that functions here have. */
const fastPaths = new Set([
  'interface {}>float64',
  'interface {}>bool',
  'interface {},interface {}>interface {}',
  'float64>bool',
  'string>string',
  'interface {}>string',
  'int,int>int',
  'int>int',
  'string,string>bool',
  'string,string>string',
  'string,string>int',
  '>time.Duration',
  '>time.Month',
  '>time.Time',
  '>time.Weekday',
  '>bool',
  '>float64',
  '>int',
  '>int64',
  '>string',
  'time.Duration>time.Time',
  'time.Time>time.Duration',
  'time.Time>bool',
])

function hasFastPath(params: readonly GoType[], results: readonly GoType[]): boolean {
  const names = (types: readonly GoType[]): string => types.map(type => type.name).join(',')
  return fastPaths.has(`${names(params)}>${names(results)}`)
}

/** Checks arguments as reflect's Call does; nil becomes the parameter's zero, which only `any` has here. */
function reflected({ signature }: GoType, args: readonly Value[]): readonly Value[] {
  const params = signature?.params ?? []
  if (args.length < params.length) panic('reflect: Call with too few input arguments')
  if (args.length > params.length) panic('reflect: Call with too many input arguments')
  for (const [index, param] of params.entries()) {
    const type = goTypeOf(args[index] ?? null)
    if (type && !isAssignable(type, param)) panic(`reflect: Call using ${type.name} as type ${param.name}`)
  }
  return args
}
