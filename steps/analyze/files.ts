import { mkdir, readdir, readFile, realpath, stat } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { ConfigurationError, type Document, readDocuments } from '../../configuration/index.ts'

/** Relative paths start at `base`; all must lie within one of `within`. */
export type Folders = { base: string; within: readonly string[] }

/** Templates larger than this are no templates. */
const longest = 4 * 2 ** 20

/**
 * Reads every YAML document of the named files, and of the `.yaml` and `.yml` files of the named folders in the order
 * of their names. Throws a ConfigurationError for a path that does not exist or leads out of the folders.
 */
export async function readSources(folders: Folders, paths: readonly string[]): Promise<Document[]> {
  const documents: Document[] = []
  for (const path of paths) {
    const found = await inside(folders, 'templates', path)
    const names = (await stat(found)).isDirectory()
      ? (await readdir(found))
          .filter(name => /\.ya?ml$/.test(name))
          .sort()
          .map(name => join(path, name))
      : [path]
    for (const name of names) documents.push(...readDocuments(await readText(folders, 'templates', name), name))
  }
  return documents
}

/** Reads a file of text that an input names. */
export async function readText(folders: Folders, input: string, path: string): Promise<string> {
  const found = await inside(folders, input, path)
  const about = await stat(found)
  if (!about.isFile() || about.size > longest) {
    throw new ConfigurationError({ problem: 'not a file of text that can be read', place: { input }, value: path })
  }
  return readFile(found, 'utf8')
}

/** Where a report goes: the path without `.json` or `.html`. Its folder is made. */
export async function reportPath(folders: Folders, path: string): Promise<string> {
  const target = resolve(folders.base, path)
  refuseOutside(folders.within, folders, 'report', path, target)
  await mkdir(dirname(target), { recursive: true })
  await inside(folders, 'report', dirname(target))
  return target.replace(/\.(?:json|html)$/, '')
}

async function inside(folders: Folders, input: string, path: string): Promise<string> {
  if (path.includes('\0')) throw new ConfigurationError({ problem: 'not a path', place: { input }, value: path })
  const found = await realpath(resolve(folders.base, path)).catch(cause => {
    throw new ConfigurationError({
      problem: 'there is no such file or folder',
      place: { input },
      value: path,
      cure: `Paths start at ${folders.base}`,
      cause,
    })
  })
  const within = await Promise.all(folders.within.map(folder => realpath(folder)))
  refuseOutside(within, folders, input, path, found)
  return found
}

function refuseOutside(within: readonly string[], folders: Folders, input: string, path: string, found: string): void {
  const leadsOut = (folder: string) => {
    const way = relative(folder, found)
    return way === '..' || way.startsWith(`..${sep}`)
  }
  if (!within.every(leadsOut)) return
  throw new ConfigurationError({
    problem: 'the path leads out of the workspace',
    place: { input },
    value: path,
    cure: `Stay below ${folders.within.join(' or ')}`,
  })
}
