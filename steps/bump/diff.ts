/**
 * A unified diff of one file, in one hunk; `before` is undefined for a new file. Made for edits in place: texts with
 * as many lines are compared line by line, others from the first line that differs to the last.
 */
export function diffFile(path: string, before: string | undefined, after: string): string {
  const [old, now] = [linesOf(before ?? ''), linesOf(after)]
  const from = firstDifference(old, now)
  const trailing = Math.min(
    firstDifference([...old].reverse(), [...now].reverse()),
    old.length - from,
    now.length - from,
  )
  const start = Math.max(0, from - context)
  const [oldEnd, nowEnd] = [old, now].map(lines => Math.min(lines.length, lines.length - trailing + context))
  const body = [
    ...old.slice(start, from).map(line => ` ${line}`),
    ...changed(old.slice(from, old.length - trailing), now.slice(from, now.length - trailing)),
    ...old.slice(old.length - trailing, oldEnd).map(line => ` ${line}`),
  ]
  const range = (end = 0) => `${end - start === 0 ? 0 : start + 1},${end - start}`
  const head = [`--- ${before === undefined ? '/dev/null' : `a/${path}`}`, `+++ b/${path}`]
  return [...head, `@@ -${range(oldEnd)} +${range(nowEnd)} @@`, ...body.map(unfinished)].join('\n')
}

/** Lines around a change. */
const context = 3

/** Lines with their ends, so that a missing newline at the end is a difference, and CRLF stays visible as one. */
function linesOf(text: string): string[] {
  return text === '' ? [] : (text.match(/[^\n]*\n|[^\n]+$/g) ?? [])
}

function firstDifference(one: readonly string[], other: readonly string[]): number {
  const index = one.findIndex((line, at) => line !== other[at])
  return index < 0 ? one.length : index
}

function changed(old: readonly string[], now: readonly string[]): string[] {
  if (old.length !== now.length) return [...old.map(line => `-${line}`), ...now.map(line => `+${line}`)]
  const out: string[] = []
  for (let at = 0; at < old.length; ) {
    if (old[at] === now[at]) {
      out.push(` ${old[at++]}`)
      continue
    }
    const from = at
    while (at < old.length && old[at] !== now[at]) at++
    out.push(...old.slice(from, at).map(line => `-${line}`), ...now.slice(from, at).map(line => `+${line}`))
  }
  return out
}

function unfinished(line: string): string {
  return line.endsWith('\n') ? line.slice(0, -1) : `${line}\n\\ No newline at end of file`
}
