import { EVENT_ID, type Event } from 'js-yaml'

/** A YAML comment, without its `#`. `alone` when nothing else stands on its line. */
export type Comment = { line: number; column: number; text: string; alone: boolean }

/** The comments of a YAML text: what follows a `#` outside of every scalar, at the start of a line or after a blank. */
export function commentsIn(text: string, events: readonly Event[]): Comment[] {
  const scalars = events
    .filter(event => event.type === EVENT_ID.SCALAR)
    .filter(({ valueStart }) => valueStart >= 0)
    .sort((a, b) => a.valueStart - b.valueStart)
  const comments: Comment[] = []
  let scalar = 0
  let offset = 0
  for (const [index, line] of text.split(/(?<=\r\n|\r(?!\n)|\n)/).entries()) {
    for (let column = 0; column < line.length; column++) {
      const at = offset + column
      while ((scalars[scalar]?.valueEnd ?? Infinity) <= at) scalar++
      const inside = scalars[scalar]
      if (inside && inside.valueStart <= at) {
        column = inside.valueEnd - offset - 1
        continue
      }
      if (line[column] !== '#' || !(column === 0 || /\s/.test(line.charAt(column - 1)))) continue
      const alone = line.slice(0, column).trim() === ''
      comments.push({ line: index + 1, column: column + 1, text: line.slice(column + 1).trim(), alone })
      break
    }
    offset += line.length
  }
  return comments
}
