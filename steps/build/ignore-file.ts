import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Says whether a path of the context, relative to it and with `/` between its parts, is kept from the builder. */
export type Ignores = (path: string) => boolean

/**
 * Reads the ignore files that a builder may find for a Dockerfile. Builders differ in which they know and prefer
 * (BuildKit and buildah look beside the Dockerfile first, buildah knows `.containerignore`), so a path counts as
 * ignored only if every file that is there ignores it: then no builder sees it.
 */
export async function readIgnores(context: string, dockerfile: string): Promise<Ignores> {
  const files = [
    `${dockerfile}.dockerignore`,
    `${dockerfile}.containerignore`,
    join(context, '.dockerignore'),
    join(context, '.containerignore'),
  ]
  const texts = await Promise.all(files.map(file => readFile(file, 'utf8').catch(() => undefined)))
  const found = texts.filter(text => text !== undefined).map(parseIgnoreFile)
  return path => found.length > 0 && found.every(ignores => ignores(path))
}

type Pattern = { matches: RegExp; except: boolean }

/**
 * Parses an ignore file as the Moby project does (patternmatcher and its ignorefile package): the last pattern that
 * matches a path, or a folder above it, decides; `!` makes an exception.
 */
export function parseIgnoreFile(text: string): Ignores {
  const patterns = text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .map(line => line.replace(/\r$/, ''))
    .filter(line => !line.startsWith('#') && line.trim() !== '')
    .flatMap(line => patternOf(line.trim()))
  return path => {
    const parts = path.split('/')
    const above = parts.map((_, index) => parts.slice(0, index + 1).join('/'))
    let ignored = false
    for (const { matches, except } of patterns) if (above.some(one => matches.test(one))) ignored = !except
    return ignored
  }
}

/** What cannot be understood ignores nothing: the image is then built where it need not be, never the other way. */
function patternOf(line: string): Pattern[] {
  const except = line.startsWith('!')
  const cleaned = clean(except ? line.slice(1).trim() : line)
  if (cleaned === '') return []
  try {
    return [{ matches: new RegExp(`^${translate(cleaned)}$`), except }]
  } catch {
    return []
  }
}

/** As Go's `filepath.Clean`, and without the slash that it may begin with. */
function clean(pattern: string): string {
  const parts: string[] = []
  for (const part of pattern.split('/')) {
    if (part === '' || part === '.') continue
    if (part === '..') parts.pop()
    else parts.push(part)
  }
  return parts.join('/')
}

/** Go's `filepath.Match`, and `**` for any number of folders. */
function translate(pattern: string): string {
  let out = ''
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern.charAt(at)
    if (char === '*' && pattern[at + 1] === '*') {
      at += 1
      if (pattern[at + 1] === '/') at += 1
      out += at + 1 >= pattern.length ? '.*' : '(?:.*/)?'
    } else if (char === '*') out += '[^/]*'
    else if (char === '?') out += '[^/]'
    else if (char === '\\' && at + 1 < pattern.length) out += literal(pattern.charAt(++at))
    else if (char === '[') {
      const end = pattern.indexOf(']', at + 1)
      if (end < 0) throw new SyntaxError('a class that does not end')
      out += pattern.slice(at, end + 1)
      at = end
    } else out += literal(char)
  }
  return out
}

function literal(char: string): string {
  return char.replace(/[\\^$.*+?()[\]{}|/-]/, '\\$&')
}
