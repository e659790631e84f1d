/** The kinds of Go's reflect package that a value of an expression can have. */
export type Kind =
  | 'interface'
  | 'bool'
  | 'int'
  | 'int64'
  | 'uint8'
  | 'float64'
  | 'string'
  | 'slice'
  | 'array'
  | 'map'
  | 'func'
  | 'struct'
  | 'ptr'

/** A Go type, as far as expressions can tell: `name` is what reflect calls it, and no two types share a name. */
export type GoType = {
  readonly name: string
  readonly kind: Kind
  readonly elem?: GoType
  readonly key?: GoType
  readonly signature?: Signature
  /** The package of a named type that is not a builtin one. */
  readonly pkg?: string
}
export type Signature = {
  readonly params: readonly GoType[]
  readonly results: readonly GoType[]
  readonly variadic: boolean
}

export const anyType: GoType = { name: 'interface {}', kind: 'interface' }
export const errorType: GoType = { name: 'error', kind: 'interface' }
export const boolType: GoType = { name: 'bool', kind: 'bool' }
export const intType: GoType = { name: 'int', kind: 'int' }
export const int64Type: GoType = { name: 'int64', kind: 'int64' }
export const uint8Type: GoType = { name: 'uint8', kind: 'uint8' }
export const floatType: GoType = { name: 'float64', kind: 'float64' }
export const stringType: GoType = { name: 'string', kind: 'string' }
export const emptyStructType: GoType = { name: 'struct {}', kind: 'struct' }
export const timeType: GoType = { name: 'time.Time', kind: 'struct', pkg: 'time' }
export const durationType: GoType = { name: 'time.Duration', kind: 'int64', pkg: 'time' }
export const monthType: GoType = { name: 'time.Month', kind: 'int', pkg: 'time' }
export const weekdayType: GoType = { name: 'time.Weekday', kind: 'int', pkg: 'time' }
export const locationType: GoType = { name: '*time.Location', kind: 'ptr' }

const made = new Map<string, GoType>()

function intern(type: GoType): GoType {
  const known = made.get(type.name)
  if (known) return known
  made.set(type.name, type)
  return type
}

export const sliceOf = (elem: GoType): GoType => intern({ name: `[]${elem.name}`, kind: 'slice', elem })
export const mapOf = (key: GoType, elem: GoType): GoType =>
  intern({ name: `map[${key.name}]${elem.name}`, kind: 'map', key, elem })

/** A function type; a variadic one takes any number of the last parameter's elements. */
export function func(params: readonly GoType[], results: readonly GoType[], variadic = false): GoType {
  const inside = params.map((type, index) =>
    variadic && index === params.length - 1 ? `...${type.elem?.name ?? type.name}` : type.name,
  )
  const outside = results.map(type => type.name).join(', ')
  const out = results.length === 0 ? '' : results.length === 1 ? ` ${outside}` : ` (${outside})`
  return intern({ name: `func(${inside.join(', ')})${out}`, kind: 'func', signature: { params, results, variadic } })
}

export const listType = sliceOf(anyType)
export const pairType: GoType = { name: '[2]interface {}', kind: 'array', elem: anyType }
export const pairsType = sliceOf(pairType)
export const floatsType = sliceOf(floatType)
export const intsType = sliceOf(intType)
export const stringsType = sliceOf(stringType)
export const objectType = mapOf(stringType, anyType)
export const anyMapType = mapOf(anyType, anyType)
export const groupsType = mapOf(anyType, listType)

/** Go's assignability among these types: the same type, or anything to an empty interface. */
export function isAssignable(from: GoType, to: GoType): boolean {
  return from === to || to === anyType
}
