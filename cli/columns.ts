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

function width(cell: string): number {
  return [...stripVTControlCharacters(cell)].length
}
