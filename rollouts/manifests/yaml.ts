import { dump } from 'js-yaml'
import { readDocument } from '../../configuration/index.ts'
import type { Manifest } from './manifest.ts'

const width = 120

/**
 * Writes a manifest as YAML, the same bytes for the same manifest: keys in their order, texts of several lines as blocks,
 * comments above what they explain. `header` stands first, in a comment of its own.
 */
export function toYaml({ resource, about = '', comments = [] }: Manifest, header = ''): string {
  // A JSON copy has no undefined and shares nothing: no anchors.
  const text = dump(JSON.parse(JSON.stringify(resource)), { lineWidth: -1, noRefs: true, quoteStyle: 'double' })
  const document = readDocument(text, 'manifest')
  const lines = text.split('\n')
  const above = new Map<number, string[]>()
  for (const { path, text } of comments) {
    const place = document.placeOf(path, { key: true })
    const line = 'line' in place ? (place.line ?? 1) : 1
    const indentation = /^ */.exec(lines[line - 1] ?? '')?.[0] ?? ''
    above.set(line, [...(above.get(line) ?? []), ...comment(text, indentation)])
  }
  const body = lines.flatMap((line, index) => [...(above.get(index + 1) ?? []), line])
  return [...comment([header, about].filter(text => text !== '').join('\n\n')), ...body].join('\n')
}

/** Comment lines, folded at the page's width. Nothing for an empty text. */
function comment(text: string, indentation = ''): string[] {
  return text === '' ? [] : text.split('\n').flatMap(paragraph => folded(paragraph, `${indentation}# `))
}

function folded(paragraph: string, prefix: string): string[] {
  const lines: string[] = []
  let line = prefix
  for (const word of paragraph.split(' ')) {
    if (line !== prefix && line.length + word.length > width) {
      lines.push(line.trimEnd())
      line = prefix
    }
    line += `${word} `
  }
  return [...lines, line.trimEnd()]
}
