/**
 * Text from outside as a code span of GitHub's Markdown, where nothing means anything: no mention, link, image, HTML or
 * comment, and it cannot end. Line breaks and what cannot be seen (control, format and bidirectional characters) are
 * blanks. Bars are replaced, because they part a table's cells even there.
 */
export function code(text: string, most = 300): string {
  const line = text
    .replace(/[\s\p{C}\p{Zl}\p{Zp}]+/gu, ' ')
    .replaceAll('`', "'")
    .replaceAll('|', '¦')
    .trim()
  const kept = [...line].length > most ? `${[...line].slice(0, most - 1).join('')}…` : line
  return `\`${kept || '(empty)'}\``
}
