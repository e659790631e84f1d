/**
 * Makes text from outside safe in GitHub Markdown, at the start of a line and in a table's cell too: no markup, mention,
 * line break or new cell, and no character that cannot be seen. What GitHub itself makes of plain text stays: a bare
 * address or `#7` may be shown as a link to what it says.
 */
export function cell(text: string): string {
  return text
    .replace(/[\r\n\u2028\u2029]+/g, ' ')
    .replace(/\p{Cf}/gu, '') // among them what turns the direction of a text
    .trimStart() // four blanks make a block of code
    .replace(/[&<>]/g, character => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[character] ?? character)
    .replace(/[\\`*_{}[\]()#+!|~@]/g, entity)
    .replace(/^[-=](?=\s|[-=\s]*$)/, entity) // a list, a rule, or the line that makes a heading of the one before
    .replace(/^(\d+)\.(?=\s|$)/, '$1&#46;')
    .replaceAll('&#64;', '&#64;<!-- -->') // an entity alone is a mention all the same: github/cmark-gfm#181
}

function entity(character: string): string {
  return `&#${character.codePointAt(0)};`
}

/** What `table` puts in as it is. */
export type Markdown = { markdown: string }

/** A GitHub Markdown table; every cell that is a text is escaped. */
export function table(headings: readonly string[], rows: readonly (readonly (string | Markdown)[])[]): string {
  const written = (content: string | Markdown) => (typeof content === 'string' ? cell(content) : content.markdown)
  const line = (cells: readonly (string | Markdown)[]) => `| ${cells.map(written).join(' | ')} |`
  return [line(headings), `|${' --- |'.repeat(headings.length)}`, ...rows.map(line)].join('\n')
}

/** A link with an escaped text; the text alone where the address is none of the web's. */
export function link(text: string, address: string): Markdown {
  const url = URL.parse(address)
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') return { markdown: cell(text) }
  const target = url.href.replace(/[()<>|\\*_~`[\]]/g, character =>
    encodeURIComponent(character).replace(/^[^%]$/, hex),
  )
  return { markdown: `[${cell(text)}](${target})` }
}

/** What encodeURIComponent leaves as it is. */
function hex(character: string): string {
  return `%${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}`
}

/** A code block that nothing inside can end. */
export function codeBlock(language: string, text: string): string {
  const longest = Math.max(2, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}${language}\n${text}\n${fence}`
}
