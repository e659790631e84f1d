import { createHash } from 'node:crypto'
import { TemplateError, UnknownTemplateError } from './error.ts'
import { isMap, isTrue, print, type Value } from './value.ts'

/**
 * The functions of text/template and sprig that templates of Applications use. What they do with other types than these
 * is not known here.
 */
export const functions: Readonly<Record<string, (...given: Value[]) => Value>> = {
  // text/template
  index: (value, ...keys) => keys.reduce<Value>(item, value ?? null),
  len: value => {
    if (typeof value === 'string') return Buffer.byteLength(value)
    if (Array.isArray(value)) return value.length
    return isMap(value) ? Object.keys(value).length : unknown('len')
  },
  printf: (format, ...values) => printf(text(format), values),
  print: (...values) => values.reduce<string>((all, value, at) => all + gap(values, at) + print(value), ''),
  not: value => !isTrue(value ?? null),
  eq: (one, ...others) => others.some(other => scalar(one) === scalar(other)),
  ne: (one, other) => scalar(one) !== scalar(other),
  lt: (one, other) => number(one) < number(other),
  le: (one, other) => number(one) <= number(other),
  gt: (one, other) => number(one) > number(other),
  ge: (one, other) => number(one) >= number(other),
  // sprig
  fail: message => {
    throw new TemplateError(text(message))
  },
  hasKey: (map, key) => Object.hasOwn(mapping(map), text(key)),
  dig: (...given) => dig(given),
  default: (preset, value) => (value !== undefined && isTrue(value) ? value : (preset ?? null)),
  trunc: (length, value) => trunc(number(length), text(value)),
  trim: value => text(value).trim(),
  trimAll: (cut, value) => trimAll(text(cut), text(value)),
  trimPrefix: (prefix, value) =>
    text(value).startsWith(text(prefix)) ? text(value).slice(text(prefix).length) : text(value),
  trimSuffix: (suffix, value) =>
    text(value).endsWith(text(suffix)) ? text(value).slice(0, text(value).length - text(suffix).length) : text(value),
  hasPrefix: (prefix, value) => text(value).startsWith(text(prefix)),
  hasSuffix: (suffix, value) => text(value).endsWith(text(suffix)),
  contains: (part, value) => text(value).includes(text(part)),
  replace: (from, to, value) => text(value).replaceAll(text(from), () => text(to)),
  lower: value => text(value).toLowerCase(),
  upper: value => text(value).toUpperCase(),
  sha256sum: value => createHash('sha256').update(text(value)).digest('hex'),
}

function item(value: Value, key: Value): Value {
  if (typeof key === 'string') {
    const map = mapping(value)
    return Object.hasOwn(map, key) ? (map[key] ?? null) : null
  }
  if (!Array.isArray(value) || typeof key !== 'number') return unknown('index')
  const found: Value | undefined = value[key]
  if (found === undefined) throw new TemplateError(`index out of range: ${key}`)
  return found
}

function printf(format: string, values: readonly Value[]): string {
  let at = 0
  const shown = format.replace(/%(.?)/g, (_, verb: string) => {
    if (verb === '%') return '%'
    const value = values[at++]
    if (verb === 's' && typeof value === 'string') return value
    if (verb === 'v' && value !== undefined && value !== null) return print(value)
    return unknown(`printf %${verb}`)
  })
  return at === values.length ? shown : unknown('printf with more values than verbs')
}

/** `print` puts a space between two operands of which neither is a string. */
function gap(values: readonly Value[], at: number): string {
  return at > 0 && typeof values[at] !== 'string' && typeof values[at - 1] !== 'string' ? ' ' : ''
}

function dig(given: readonly Value[]): Value {
  const keys = given.slice(0, -2).map(text)
  const [preset = null, map = null] = given.slice(-2)
  let at: Value = mapping(map)
  for (const key of keys) {
    const inside: { readonly [key: string]: Value } = mapping(at)
    if (!Object.hasOwn(inside, key)) return preset
    at = inside[key] ?? null
  }
  return at
}

/** sprig counts bytes; a character that would be cut is not known here. */
function trunc(length: number, value: string): string {
  const bytes = Buffer.from(value)
  const cut = length < 0 ? bytes.subarray(Math.max(0, bytes.length + length)) : bytes.subarray(0, length)
  return Buffer.from(cut.toString()).equals(cut) ? cut.toString() : unknown('trunc inside a character')
}

function trimAll(cut: string, value: string): string {
  const set = new Set(cut)
  const characters = [...value]
  const first = characters.findIndex(each => !set.has(each))
  return first < 0 ? '' : characters.slice(first, characters.findLastIndex(each => !set.has(each)) + 1).join('')
}

function text(value: Value | undefined): string {
  return typeof value === 'string' ? value : unknown('a function of strings with something else')
}

function number(value: Value | undefined): number {
  return typeof value === 'number' && Number.isInteger(value)
    ? value
    : unknown('a function of numbers with something else')
}

function scalar(value: Value | undefined): Value {
  return typeof value === 'string' || typeof value === 'boolean' ? value : unknown('a comparison of other than strings')
}

function mapping(value: Value | undefined): { readonly [key: string]: Value } {
  return isMap(value) ? value : unknown('a function of maps with something else')
}

function unknown(what: string): never {
  throw new UnknownTemplateError(`${what} is not known`)
}
