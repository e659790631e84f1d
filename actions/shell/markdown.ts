/** Makes text from outside safe in a cell of a GitHub Markdown table: no markup, mention, line break or new cell. */
export function cell(text: string): string {
  return text
    .replace(/[\r\n\u2028\u2029]+/g, ' ')
    .replace(/[&<>]/g, character => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[character] ?? character)
    .replace(/[\\`*_{}[\]()#+!|~@]/g, character => `&#${character.codePointAt(0)};`)
}

/** A GitHub Markdown table; every cell is escaped. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`
  return [line(headings), `|${' --- |'.repeat(headings.length)}`, ...rows.map(line)].join('\n')
}
