/** What a template works on: JSON, as the parameters of generators are. */
export type Value = null | boolean | number | string | readonly Value[] | { readonly [key: string]: Value }

/** Tells a map from all else. */
export function isMap(value: Value | undefined): value is { readonly [key: string]: Value } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Writes a value as Go's fmt `%v` does, and text/template what is nil; numbers of a file are float64 there. */
export function print(value: Value): string {
  if (value === null) return '<no value>'
  if (typeof value === 'number') return printNumber(value)
  if (typeof value === 'string' || typeof value === 'boolean') return String(value)
  if (!isMap(value)) return `[${value.map(print).join(' ')}]`
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1))
  return `map[${entries.map(([key, each]) => `${key}:${print(each)}`).join(' ')}]`
}

/** `%v` of a float64: `%g` with the fewest digits, an exponent below -4 and from 6 on (strconv/ftoa.go). */
function printNumber(value: number): string {
  const [digits = '', exponent = '0'] = value.toExponential().split('e')
  const power = Number(exponent)
  if (power >= -4 && power < 6) return String(value)
  return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`
}

/** Go's truth: false, 0, nil and what is empty are not. */
export function isTrue(value: Value): boolean {
  if (Array.isArray(value)) return value.length > 0
  if (isMap(value)) return Object.keys(value).length > 0
  return Boolean(value)
}
