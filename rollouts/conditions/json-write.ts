import { ConditionError } from './condition-error.ts'
import type { Fuel } from './fuel.ts'
import { objectType } from './go-type.ts'
import { formatJsonFloat } from './numbers.ts'
import { UnsupportedConditionError } from './unsupported.ts'
import { Duration, describeType, GoMap, integerOf, Sized, Slice, Time, toBytes, toText, type Value } from './value.ts'

/** Writes a value as Go's json.MarshalIndent does with two blanks; gives a Go string. */
export function writeJson(value: Value, fuel: Fuel): string {
  return write(value, '\n', fuel)
}

/** `line` begins a line at the depth of the value. */
function write(value: Value, line: string, fuel: Fuel): string {
  fuel.spend()
  if (value === null) return 'null'
  if (typeof value === 'boolean') return String(value)
  if (typeof value === 'number') return writeFloat(value)
  if (typeof value === 'string') return writeText(value, fuel)
  const integer = value instanceof Sized ? value.value : integerOf(value)
  if (integer !== undefined) return String(integer)
  if (value instanceof Duration) return String(value.ns)
  if (value instanceof Slice) {
    if (value.isNil) return 'null'
    return enclose(
      '[',
      value.items.map(item => write(item, `${line}  `, fuel)),
      ']',
      line,
      fuel,
    )
  }
  if (value instanceof GoMap && value.type === objectType) return writeMap(value, line, fuel)
  if (value instanceof Time) throw new UnsupportedConditionError('toJSON() of a time')
  throw new ConditionError(`json: unsupported type: ${describeType(value)}`)
}

function writeMap(map: GoMap, line: string, fuel: Fuel): string {
  const entries = [...map.entries.values()].map(({ key, value }) => ({ key: String(key), value }))
  entries.sort((a, b) => (a.key < b.key ? -1 : 1))
  const parts = entries.map(({ key, value }) => `${writeText(key, fuel)}: ${write(value, `${line}  `, fuel)}`)
  return enclose('{', parts, '}', line, fuel)
}

function enclose(open: string, parts: readonly string[], close: string, line: string, fuel: Fuel): string {
  if (parts.length === 0) return open + close
  fuel.text(parts.reduce((sum, part) => sum + part.length + line.length + 3, 0))
  return `${open}${line}  ${parts.join(`,${line}  `)}${line}${close}`
}

function writeFloat(value: number): string {
  if (Number.isFinite(value)) return formatJsonFloat(value)
  throw new ConditionError(`json: unsupported value: ${formatJsonFloat(value)}`)
}

const escapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
}

/** Go escapes what HTML and JavaScript would trip over, too. */
function writeText(bytes: string, fuel: Fuel): string {
  fuel.text(bytes.length * 6)
  const characters = [...toText(bytes)].map(character => {
    const known = escapes[character]
    if (known !== undefined) return known
    const plain = character >= ' ' && !'<>&\u2028\u2029\ufffd'.includes(character)
    // A byte that is no text is written as an escape, a real U+FFFD as it is; the latter is too rare to tell apart.
    return plain ? character : `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`
  })
  return `"${toBytes(characters.join(''))}"`
}
