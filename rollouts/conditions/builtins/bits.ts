import { func, intType } from '../go-type.ts'
import { wrap } from '../numbers.ts'
import { describeType, integerOf, type Value } from '../value.ts'
import { type BuiltinFunction, reject } from './function.ts'

/** Functions on the bits of ints. */
export const bitBuiltins: readonly BuiltinFunction[] = [
  bits('bitand', (x, y) => x & y),
  bits('bitor', (x, y) => x | y),
  bits('bitxor', (x, y) => x ^ y),
  bits('bitnand', (x, y) => x & ~y),
  shift('bitshl', (x, y) => (y > 63n ? 0n : wrap(x << y))),
  shift('bitshr', (x, y) => x >> (y > 63n ? 63n : y)),
  shift('bitushr', (x, y) => (y > 63n ? 0n : wrap(BigInt.asUintN(64, x) >> y))),
  {
    name: 'bitnot',
    types: [func([intType], [intType])],
    call: ([value = null]) => ~toInt('bitnot', value),
  },
]

function bits(name: string, compute: (x: bigint, y: bigint) => bigint): BuiltinFunction {
  return {
    name,
    types: [func([intType, intType], [intType])],
    call: ([x = null, y = null]) => compute(toInt(name, x), toInt(name, y)),
  }
}

function shift(name: string, compute: (x: bigint, y: bigint) => bigint): BuiltinFunction {
  return bits(name, (x, y) =>
    y < 0n ? reject(`invalid operation: negative shift count ${y} (type int)`) : compute(x, y),
  )
}

function toInt(name: string, value: Value): bigint {
  return integerOf(value) ?? reject(`cannot use ${describeType(value)} as argument (type int) to call ${name}`)
}
