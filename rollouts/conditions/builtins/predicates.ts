import { anyType, boolType, func, type GoType, groupsType, intType, listType, stringType } from '../go-type.ts'
import { panic } from '../panic.ts'
import type { BuiltinFunction } from './function.ts'

const test = func([anyType], [boolType])
const key = func([anyType], [anyType])
const step = func([anyType, anyType], [anyType])

/** The signatures under which these are known as names; calls of them are read, checked and evaluated specially. */
const signatures: Readonly<Record<string, GoType>> = {
  all: func([listType, test], [boolType]),
  none: func([listType, test], [boolType]),
  any: func([listType, test], [boolType]),
  one: func([listType, test], [boolType]),
  filter: func([listType, test], [listType]),
  map: func([listType, key], [listType]),
  find: func([listType, test], [anyType]),
  findIndex: func([listType, test], [intType]),
  findLast: func([listType, test], [anyType]),
  findLastIndex: func([listType, test], [intType]),
  count: func([listType, test], [intType]),
  sum: func([listType, test], [intType]),
  groupBy: func([listType, key], [groupsType]),
  sortBy: func([listType, test, stringType], [listType]),
  reduce: func([listType, step, anyType], [anyType]),
}

export const predicateFunctions: readonly BuiltinFunction[] = Object.entries(signatures).map(([name, type]) => ({
  name,
  types: [type],
  call: () => panic('invalid operation: cannot call nil'),
}))
