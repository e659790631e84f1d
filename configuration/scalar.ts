/** How a scalar is written: only single and double quotes have escapes of their own. */
export type Quoting = 'none' | 'single' | 'double'

/**
 * Where the character at `at` of a scalar's value stands in `raw`, the scalar as it is written (without its quotes).
 * Indentation and folding change blanks only, so the characters that are none are counted: a blank stands where the next
 * of them stands, the end of the value behind the last one. Undefined when the two do not agree.
 */
export function offsetInScalar(raw: string, value: string, quoting: Quoting, at: number): number | undefined {
  const written = [...characters(raw, quoting)]
  let counted = 0
  let before = 0
  for (let index = 0; index < value.length; index++) {
    const character = value.charAt(index)
    if (isBlank(character)) continue
    if (written[counted]?.character !== character) return undefined
    counted++
    if (index < at) before++
  }
  if (counted !== written.length) return undefined
  const found = written[before]
  return found ? found.offset : (written.at(-1)?.end ?? 0)
}

type Written = { character: string; offset: number; end: number }

/** The characters that are no blanks, escapes undone. */
function* characters(raw: string, quoting: Quoting): Iterable<Written> {
  for (let offset = 0; offset < raw.length; ) {
    const source = escapeAt(raw, offset, quoting)
    const end = offset + source.length
    for (const unit of meaning(source, quoting).split('')) {
      if (!isBlank(unit)) yield { character: unit, offset, end }
    }
    offset = end
  }
}

function escapeAt(raw: string, offset: number, quoting: Quoting): string {
  if (quoting === 'single' && raw.startsWith("''", offset)) return "''"
  if (quoting !== 'double' || raw[offset] !== '\\') return raw.charAt(offset)
  const digits = { x: 2, u: 4, U: 8 }[raw[offset + 1] ?? ''] ?? 0
  return raw.slice(offset, offset + 2 + digits)
}

/** What an escape of YAML stands for (YAML 1.2.2, 5.7). */
function meaning(source: string, quoting: Quoting): string {
  if (source === "''" && quoting === 'single') return "'"
  if (source.length < 2) return source
  const letter = source.charAt(1)
  if (source.length > 2) {
    const code = Number.parseInt(source.slice(2), 16)
    return code <= 0x10ffff ? String.fromCodePoint(code) : ''
  }
  return escapes.get(letter) ?? letter
}

const escapes = new Map(
  Object.entries({ 0: '\0', a: '\u0007', b: '\b', t: '\t', n: '\n', v: '\v', f: '\f', r: '\r', e: '\u001b' }).concat(
    Object.entries({ N: '\u0085', _: '\u00a0', L: '\u2028', P: '\u2029' }),
  ),
)

function isBlank(character: string): boolean {
  return character === ' ' || character === '\t' || character === '\n' || character === '\r'
}
