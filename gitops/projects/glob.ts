/**
 * A pattern as Argo CD's util/glob reads it (gobwas/glob without separators): `*` and `**` for any text, `?` for a
 * character, `[a-z]` and `[!a-z]` for one of some, `{a,b}` for alternatives, `\` before a character that stands for itself.
 */
export function glob(pattern: string): RegExp {
  const parts = pattern.match(/\\.|\[!?[^\]]+\]|\*+|[\s\S]/g) ?? []
  const depths = { braces: 0 }
  return new RegExp(`^${parts.map(part => translate(part, depths)).join('')}$`, 's')
}

function translate(part: string, depths: { braces: number }): string {
  if (part.startsWith('*')) return '.*'
  if (part === '?') return '.'
  if (part.length > 1 && part.startsWith('[')) return part.replace(/^\[!/, '[^').replaceAll('\\', '\\\\')
  if (part === '{') {
    depths.braces++
    return '(?:'
  }
  if (part === '}' && depths.braces > 0) {
    depths.braces--
    return ')'
  }
  if (part === ',' && depths.braces > 0) return '|'
  return (part.length > 1 ? part.slice(1) : part).replace(/[^A-Za-z0-9]/g, '\\$&')
}
