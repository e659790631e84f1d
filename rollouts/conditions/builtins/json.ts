import { anyType, func, stringType } from '../go-type.ts'
import { UnsupportedConditionError } from '../unsupported.ts'
import type { BuiltinFunction } from './function.ts'

const unsupported = (name: string) => (): never => {
  throw new UnsupportedConditionError(`${name}()`)
}

export const jsonBuiltins: readonly BuiltinFunction[] = [
  { name: 'toJSON', types: [func([anyType], [stringType])], call: unsupported('toJSON') },
  { name: 'fromJSON', types: [func([stringType], [anyType])], call: unsupported('fromJSON') },
  { name: 'toBase64', types: [func([stringType], [stringType])], call: unsupported('toBase64') },
  { name: 'fromBase64', types: [func([stringType], [stringType])], call: unsupported('fromBase64') },
]
