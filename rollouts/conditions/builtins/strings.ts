import { toInt } from '../access.ts'
import type { Fuel } from '../fuel.ts'
import { boolType, func, intType, listType, stringsType, stringType } from '../go-type.ts'
import { asString } from '../panic.ts'
import { splitCharacters, toLower, toUpper, trimSpace } from '../text-case.ts'
import { describeType, goTypeOf, Slice, toText, type Value } from '../value.ts'
import { type BuiltinFunction, reject } from './function.ts'

const one = func([stringType], [stringType])
const two = func([stringType, stringType], [stringType])
const test = func([stringType, stringType], [boolType])
const find = func([stringType, stringType], [intType])
const splitting = [
  func([stringType, stringType], [stringsType]),
  func([stringType, stringType, intType], [stringsType]),
]

type Call = BuiltinFunction['call']

/** Calls with the first two arguments as Go strings. */
function onTwo(compute: (text: string, other: string) => Value): Call {
  return ([text = null, other = null]) => compute(asString(text), asString(other))
}

/** The second argument is a blank when it is left out. */
function onAffix(compute: (text: string, affix: string) => Value): Call {
  return args => {
    const affix = args.length === 2 ? asString(args[1] ?? null) : ' '
    return compute(asString(args[0] ?? null), affix)
  }
}

/** Functions on texts, which are bytes here as in Go. */
export const stringBuiltins: readonly BuiltinFunction[] = [
  { name: 'trim', types: [one, two], call: trim },
  {
    name: 'trimPrefix',
    types: [two, one],
    call: onAffix((text, prefix) => (text.startsWith(prefix) ? text.slice(prefix.length) : text)),
  },
  {
    name: 'trimSuffix',
    types: [two, one],
    call: onAffix((text, suffix) => (text.endsWith(suffix) ? text.slice(0, text.length - suffix.length) : text)),
  },
  { name: 'upper', types: [one], call: ([text = null]) => toUpper(asString(text)) },
  { name: 'lower', types: [one], call: ([text = null]) => toLower(asString(text)) },
  { name: 'split', types: splitting, call: (args, { fuel }) => split(args, false, fuel) },
  { name: 'splitAfter', types: splitting, call: (args, { fuel }) => split(args, true, fuel) },
  {
    name: 'replace',
    types: [
      func([stringType, stringType, stringType, intType], [stringType]),
      func([stringType, stringType, stringType], [stringType]),
    ],
    call: replace,
  },
  { name: 'repeat', types: [func([stringType, intType], [stringType])], call: repeat },
  {
    name: 'join',
    types: [
      func([stringsType, stringType], [stringType]),
      func([listType, stringType], [stringType]),
      func([listType], [stringType]),
      func([stringsType, stringType], [stringType]),
      func([stringsType], [stringType]),
    ],
    call: join,
  },
  { name: 'indexOf', types: [find], call: onTwo((text, part) => BigInt(text.indexOf(part))) },
  { name: 'lastIndexOf', types: [find], call: onTwo((text, part) => BigInt(text.lastIndexOf(part))) },
  { name: 'hasPrefix', types: [test], call: onTwo((text, part) => text.startsWith(part)) },
  { name: 'hasSuffix', types: [test], call: onTwo((text, part) => text.endsWith(part)) },
]

function trim([text = null, cutset]: readonly Value[]): Value {
  const bytes = asString(text)
  if (cutset === undefined) return trimSpace(bytes)
  const cut = new Set(toText(asString(cutset)))
  const characters = splitCharacters(bytes)
  let from = 0
  let to = characters.length
  while (from < to && cut.has(toText(characters[from] ?? ''))) from++
  while (from < to && cut.has(toText(characters[to - 1] ?? ''))) to--
  return characters.slice(from, to).join('')
}

/** strings.SplitN and strings.SplitAfterN; a limit of -1 is none. */
function split([text = null, separator = null, limit = -1n]: readonly Value[], after: boolean, fuel: Fuel): Value {
  const bytes = asString(text)
  const by = asString(separator)
  const most = Number(toInt(limit))
  if (most === 0) return new Slice(stringsType, [], true)
  const parts = by === '' ? splitCharacters(bytes) : bytes.split(by)
  fuel.spend(parts.length)
  const glue = by
  const kept =
    most < 0 || parts.length <= most ? parts : [...parts.slice(0, most - 1), parts.slice(most - 1).join(glue)]
  const whole = after ? kept.map((part, index) => (index < kept.length - 1 ? part + glue : part)) : kept
  return new Slice(stringsType, whole)
}

/** strings.Replace; a negative number of replacements, or none given, is all. */
function replace(args: readonly Value[], { fuel }: { fuel: Fuel }): Value {
  const [text, from, to] = [asString(args[0] ?? null), asString(args[1] ?? null), asString(args[2] ?? null)]
  const limit = args.length === 4 ? Number(toInt(args[3] ?? null)) : -1
  const gaps = from === '' ? emptyMatches(text) : text.split(from)
  const replaced = limit < 0 ? gaps.length - 1 : Math.min(limit, gaps.length - 1)
  fuel.text(text.length + replaced * to.length)
  const head = gaps.slice(0, replaced + 1).join(to)
  return [head, ...gaps.slice(replaced + 1)].join(from)
}

/** The empty text is found before every character and at the end. */
function emptyMatches(text: string): string[] {
  return ['', ...splitCharacters(text), '']
}

function repeat([text = null, times = null]: readonly Value[], { fuel }: { fuel: Fuel }): Value {
  const bytes = asString(text)
  const count = toInt(times)
  if (count < 0n) return reject(`invalid argument for repeat (expected positive integer, got ${count})`)
  if (count > 1_000_000n) return reject('memory budget exceeded')
  fuel.grow(bytes.length * Number(count))
  return bytes.repeat(Number(count))
}

function join([texts = null, glue = '']: readonly Value[], { fuel }: { fuel: Fuel }): Value {
  const between = asString(glue)
  if (!(texts instanceof Slice) || (texts.type !== stringsType && texts.type !== listType)) {
    return reject(`invalid argument for join (type ${goTypeOf(texts) ? describeType(texts) : '%!s(<nil>)'})`)
  }
  const parts = texts.items.map(asString)
  fuel.text(parts.reduce((sum, part) => sum + part.length + between.length, 0))
  return parts.join(between)
}
