/**
 * Text from outside as HTML: no markup, and nothing that changes how the text around it reads. Control characters,
 * marks that turn the direction of reading, and characters without width are shown as their escapes.
 */
export function escapeHtml(text: string): string {
  return text
    .toWellFormed()
    .replace(invisible, character => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`)
    .replace(/[&<>"']/g, character => `&#${character.codePointAt(0)};`)
}

const invisible =
  /(?![\n\t])[\p{Cc}\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|[\u{e0000}-\u{e007f}]/gu

/** Escapes text of any length; the JSON report has what is cut here. */
export function shortened(text: string, longest: number): string {
  return text.length <= longest ? escapeHtml(text) : `${escapeHtml(text.slice(0, longest))}… <em>(cut)</em>`
}

/** A sentence whose parts between backticks are code. */
export function sentence(text: string, longest = 4000): string {
  const cut = text.length <= longest ? text : `${text.slice(0, longest)}…`
  return cut
    .split('`')
    .map((part, index) => (index % 2 === 0 ? escapeHtml(part) : `<code>${escapeHtml(part)}</code>`))
    .join('')
}

/** A number for people: four digits that count, a unit prefix where it is short, an exponent where it is not. */
export function short(value: number): string {
  const size = Math.abs(value)
  if (size >= 1e15 || (size > 0 && size < 1e-4))
    return value
      .toExponential(2)
      .replace(/\.?0+e/, 'e')
      .replace('e+', 'e')
  const [unit, prefix] = size >= 1e12 ? [1e12, 'T'] : size >= 1e9 ? [1e9, 'G'] : size >= 1e6 ? [1e6, 'M'] : [1, '']
  return `${Number((value / unit).toPrecision(4))}${prefix}`
}
