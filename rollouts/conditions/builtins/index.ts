import { arrayBuiltins } from './arrays.ts'
import { bitBuiltins } from './bits.ts'
import type { BuiltinFunction } from './function.ts'
import { jsonBuiltins } from './json.ts'
import { mapBuiltins } from './maps.ts'
import { mathBuiltins } from './math.ts'
import { predicateFunctions } from './predicates.ts'
import { stringBuiltins } from './strings.ts'
import { timeBuiltins } from './time.ts'
import { valueBuiltins } from './values.ts'

export type { BuiltinFunction, Context } from './function.ts'

/** All builtin functions of expr-lang 1.17 (`builtin/builtin.go`), by name. */
export const builtins: ReadonlyMap<string, BuiltinFunction> = new Map(
  [
    predicateFunctions,
    valueBuiltins,
    mathBuiltins,
    stringBuiltins,
    arrayBuiltins,
    mapBuiltins,
    jsonBuiltins,
    timeBuiltins,
    bitBuiltins,
  ]
    .flat()
    .map((builtin): [string, BuiltinFunction] => [builtin.name, builtin]),
)
