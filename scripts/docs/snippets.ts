/** A fenced block of a Markdown page. `line` is that of its first line of content, counted from 1. */
export type Snippet = { language: string; text: string; line: number }

/** Takes the fenced code blocks (CommonMark's ``` fences) out of a Markdown page, their indentation removed. */
export function snippetsOf(markdown: string): Snippet[] {
  const snippets: Snippet[] = []
  let open: { indent: string; fence: string; language: string; line: number; lines: string[] } | undefined
  for (const [index, line] of markdown.split(/\r?\n/).entries()) {
    const fence = /^(?<indent> *)(?<ticks>`{3,})(?<language>[^\s`]*)/.exec(line)?.groups
    if (!open) {
      const { indent = '', ticks = '', language = '' } = fence ?? {}
      if (fence) open = { indent, fence: ticks, language, line: index + 2, lines: [] }
    } else if (fence?.language === '' && (fence.ticks ?? '').length >= open.fence.length) {
      snippets.push({ language: open.language, text: `${open.lines.join('\n')}\n`, line: open.line })
      open = undefined
    } else {
      open.lines.push(line.startsWith(open.indent) ? line.slice(open.indent.length) : line)
    }
  }
  return snippets
}
