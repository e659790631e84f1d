import { type Float, type Integer, make } from './ast.ts'
import { NumberError, parseFloat64, parseInteger } from './numbers.ts'

/** Reads a number as it stands in an expression. Throws a NumberError with expr-lang's message. */
export function readNumber(literal: string): Integer | Float {
  const text = literal.replaceAll('_', '')
  const lower = text.toLowerCase()
  if (lower.startsWith('0x')) return integer('hex', text, 'prefixed')
  if (/[.e]/.test(lower)) return named('float', () => make({ kind: 'float', value: parseFloat64(text) }))
  if (lower.startsWith('0b')) return integer('binary', text, 'prefixed')
  if (lower.startsWith('0o')) return integer('octal', text, 'prefixed')
  return integer('integer', text, 'ten')
}

function integer(name: string, text: string, base: 'ten' | 'prefixed'): Integer {
  return named(name, () => make({ kind: 'integer', value: parseInteger(text, base) }))
}

function named<N>(name: string, read: () => N): N {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof NumberError)) throw error
    throw new NumberError(`invalid ${name} literal: ${error.message}`, { cause: error })
  }
}
