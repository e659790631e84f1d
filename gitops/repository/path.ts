import { ConfigurationError, type Place } from '../../configuration/index.ts'

/**
 * Checks a path inside a Git tree and gives it back: relative, `/` between its parts, nothing that leads out of the
 * repository or into Git's own folder. Throws a ConfigurationError at `place` otherwise.
 */
export function checkPath(path: string, place?: Place): string {
  const problem = rules.find(([isBroken]) => isBroken(path))?.[1]
  if (problem === undefined) return path
  throw new ConfigurationError({
    problem,
    value: path,
    cure: 'Write a path relative to the root, with "/" between its parts, such as apps/coolkit',
    ...(place ? { place } : {}),
  })
}

/** Normalises the folder of the GitOps root: `''` for the repository's root, which may also be written `.` or `./`. */
export function checkDirectory(directory: string): string {
  const bare = directory.replace(/^(?:\.\/+)+/, '').replace(/\/+$/, '')
  if (directory.startsWith('/') || (bare !== '' && bare !== '.')) {
    return checkPath(directory.startsWith('/') ? directory : bare, { input: 'directory' })
  }
  return ''
}

/** The folders above a path, outermost first: `a/b/c` gives `a` and `a/b`. */
export function ancestors(path: string): string[] {
  const parts = path.split('/')
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'))
}

const rules: readonly [(path: string) => boolean, string][] = [
  [path => path === '', 'the path is empty'],
  [path => path.length > 4096, 'the path is longer than 4096 characters'],
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  [path => /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(path), 'the path holds a control character'],
  [path => !path.isWellFormed() || path.includes('\ufffd'), 'the path is not valid Unicode'],
  [path => path.includes('\\'), 'the path holds a backslash'],
  [path => path.startsWith('/'), 'an absolute path leads out of the repository'],
  [path => path.split('/').includes('..'), 'a path with ".." leads out of the repository'],
  [path => path.split('/').some(part => part === '' || part === '.'), 'the path has an empty part or a "."'],
  // git~1 is the short name that Windows gives to .git; Git itself refuses it too (verify_path in read-cache.c)
  [path => path.split('/').some(part => /^(?:\.git|git~1)[. ]*$/i.test(part)), "the path leads into Git's own folder"],
]
