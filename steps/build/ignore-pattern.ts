/** One line of an ignore file: what it matches, and whether that is an exception to the lines before it. */
export type Pattern = { except: boolean; matches: (path: string) => boolean }

/**
 * Reads a line as Moby's patternmatcher does, once its ignorefile package has cleaned it; undefined where it matches
 * nothing. Where builders read a line differently, or it is not understood, it ignores as little as any of them would:
 * an image is then built where it need not be, never the other way.
 */
export function patternOf(line: string): Pattern | undefined {
  const except = line.startsWith('!')
  const cleaned = clean(except ? line.slice(1).trim() : line)
  if (cleaned === undefined) return except ? { except, matches: () => true } : undefined
  if (cleaned === '' || cleaned.startsWith('../') || cleaned === '..') return undefined
  const translated = translate(cleaned, except)
  if (translated === undefined) return except ? { except, matches: () => true } : undefined
  const expression = new RegExp(`^${translated}$`, 'u')
  return { except, matches: path => expression.test(path) }
}

/**
 * As Go's `filepath.Clean`, which keeps a `..` that leads out, and without the slash that it may begin with. Undefined
 * for what begins with a slash and leads out of the root: Moby cuts that off, buildah does not.
 */
function clean(pattern: string): string | undefined {
  const parts: string[] = []
  for (const part of pattern.split('/')) {
    if (part === '' || part === '.') continue
    if (part !== '..') parts.push(part)
    else if (parts.length > 0 && parts.at(-1) !== '..') parts.pop()
    else if (pattern.startsWith('/')) return undefined
    else parts.push(part)
  }
  return parts.join('/')
}

/** A class of plain characters and ranges. What else Go's regular expressions know is not the same elsewhere. */
const plainClass = /^\[\^?(?:\w-\w|[\w.])+\]/

/**
 * Go's `filepath.Match`, and `**` for any number of folders. `**` that begins a pattern without a slash after it is any
 * beginning for Moby (`**.ts`: what ends so) and any folders for buildah: `wide` has it the first way. Undefined for
 * what is not understood: signs that Moby leaves to its regular expressions, and classes that do not end.
 */
function translate(pattern: string, wide: boolean): string | undefined {
  let out = ''
  for (let at = 0; at < pattern.length; at++) {
    const rest = pattern.slice(at)
    const [char = ''] = rest
    if (rest.startsWith('**')) {
      const slash = rest[2] === '/'
      at += slash ? 2 : 1
      const ends = at + 1 >= pattern.length
      out += ends || (out === '' && !slash && wide) ? '.*' : '(?:.*/)?'
    } else if (char === '*') out += '[^/]*'
    else if (char === '?') out += '[^/]'
    else if (char === '\\') {
      const next = rest[1]
      if (next === undefined || /[A-Za-z0-9]/.test(next)) return undefined
      out += literal(next)
      at += 1
    } else if (char === '[') {
      const found = plainClass.exec(rest)?.[0]
      if (found === undefined) return undefined
      out += found
      at += found.length - 1
    } else if (/^(?:[\^|]|\{\d)/.test(rest)) return undefined
    else out += literal(char)
  }
  return out
}

function literal(char: string): string {
  return char.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&')
}
