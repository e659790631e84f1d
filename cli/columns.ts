import { stripVTControlCharacters } from 'node:util'

/** Lays rows out in columns two spaces apart, one line each; colours do not count as width. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = rows.reduce<number[]>(
    (widest, row) =>
      row.map((cell, index) => Math.max(widest[index] ?? 0, width(cell))).concat(widest.slice(row.length)),
    [],
  )
  return rows.map(row =>
    row
      .map((cell, index) => cell + ' '.repeat((widths[index] ?? 0) - width(cell)))
      .join('  ')
      .trimEnd(),
  )
}

/** Cuts a line to so many columns of a terminal, with a `…` where it was cut; colours must not be in it. */
export function truncate(line: string, most: number): string {
  if (width(line) <= most) return line
  let kept = ''
  for (const character of line) {
    if (width(kept + character) > most - 1) break
    kept += character
  }
  return most > 0 ? `${kept}…` : ''
}

/** How many columns a text takes in a terminal: East Asian characters and emoji take two, what is set above others none. */
export function width(cell: string): number {
  const text = stripVTControlCharacters(cell)
  if (/^[\x20-\x7e]*$/.test(text)) return text.length
  return [...text].reduce((sum, character) => sum + (zero.test(character) ? 0 : wide.test(character) ? 2 : 1), 0)
}

const zero = /^[\p{Mn}\p{Me}\p{Cf}]$/u
const wide =
  /^[\p{Emoji_Presentation}\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]$/u
