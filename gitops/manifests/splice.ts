/** One replacement in a text: the half-open range [start, end) in UTF-16 units becomes `text`. */
export type Edit = { start: number; end: number; text: string }

/** Applies edits that do not overlap; every character outside their ranges is kept. Throws a RangeError if two overlap. */
export function splice(source: string, edits: readonly Edit[]): string {
  let out = ''
  let from = 0
  for (const edit of [...edits].sort((a, b) => a.start - b.start)) {
    if (edit.start < from) throw new RangeError(`edits overlap at offset ${edit.start}`)
    out += source.slice(from, edit.start) + edit.text
    from = edit.end
  }
  return out + source.slice(from)
}
