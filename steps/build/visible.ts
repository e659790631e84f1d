import { lstat, readdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { Ignores } from './ignore-file.ts'

/**
 * What the builder sees of a path of the context: the file itself, or the first one in a folder (which may be ignored,
 * and a file in it an exception). Undefined where it sees none, or nothing is there. A slash at the end may be left out.
 */
export async function visibleIn(context: string, path: string, ignores: Ignores): Promise<string | undefined> {
  const named = path.replace(/\/$/, '')
  const about = await lstat(join(context, named)).catch(() => undefined)
  if (about === undefined) return undefined
  if (!about.isDirectory()) return ignores(named) ? undefined : named
  const entries = await readdir(join(context, named), { recursive: true, withFileTypes: true })
  return entries
    .filter(entry => !entry.isDirectory())
    .map(entry => relative(context, join(entry.parentPath, entry.name)))
    .find(inner => !ignores(inner))
}
