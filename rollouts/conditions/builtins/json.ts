import { anyType, func, stringType } from '../go-type.ts'
import { readJson } from '../json-read.ts'
import { writeJson } from '../json-write.ts'
import { asString } from '../panic.ts'
import { type BuiltinFunction, reject } from './function.ts'

/** Functions that turn values into JSON or base64, and back. */
export const jsonBuiltins: readonly BuiltinFunction[] = [
  {
    name: 'toJSON',
    types: [func([anyType], [stringType])],
    call: ([value = null], { fuel }) => writeJson(value, fuel),
  },
  {
    name: 'fromJSON',
    types: [func([stringType], [anyType])],
    call: ([text = null], { fuel }) => readJson(asString(text), fuel),
  },
  {
    name: 'toBase64',
    types: [func([stringType], [stringType])],
    call: ([bytes = null]) => Buffer.from(asString(bytes), 'latin1').toString('base64'),
  },
  {
    name: 'fromBase64',
    types: [func([stringType], [stringType])],
    call: ([text = null]) => fromBase64(asString(text)),
  },
]

/** Go's base64.StdEncoding: line ends are skipped, anything else out of place is an error at its byte. */
function fromBase64(text: string): string {
  const corrupt = (at: number): never => reject(`illegal base64 data at input byte ${at}`)
  let taken = 0
  let end = -1
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at)
    if (character === '\n' || character === '\r') continue
    if (end >= 0 && (taken % 4 === 0 || character !== '=')) corrupt(at)
    if (character === '=') {
      if (taken % 4 < 2) corrupt(at)
      end = at
    } else if (!/[A-Za-z0-9+/]/.test(character)) corrupt(at)
    taken++
  }
  if (taken % 4 !== 0) corrupt(text.length - (end < 0 ? taken % 4 : 0))
  return Buffer.from(text, 'base64').toString('latin1')
}
