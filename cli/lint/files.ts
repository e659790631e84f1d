import { readdir, readFile, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { ConfigurationError, type Document, readDocuments } from '../../configuration/index.ts'
import { type Finding, findingOf } from '../../rollouts/lint/index.ts'

/** Templates larger than this are no templates. */
const longest = 4 * 2 ** 20

/**
 * Reads every YAML document of the named files, and of all `.yaml` and `.yml` files in and below the named folders, in
 * the order of their names; links to folders are not followed. A file that is no YAML is a finding: one in a folder only
 * if it looks like a template, as there are also charts. Throws a ConfigurationError for a path that does not exist.
 */
export async function readFiles(
  cwd: string,
  paths: readonly string[],
): Promise<{ documents: Document[]; findings: Finding[] }> {
  const documents: Document[] = []
  const findings: Finding[] = []
  for (const path of paths) {
    const folder = (await about(cwd, path)).isDirectory()
    for (const file of folder ? await filesBelow(cwd, path) : [path]) {
      const { size } = await about(cwd, file)
      if (folder && size > longest) continue
      if (size > longest) throw unreadable(path, 'not a file of text that can be read')
      const text = await readFile(resolve(cwd, file), 'utf8')
      try {
        documents.push(...readDocuments(text, file))
      } catch (error) {
        if (!(error instanceof ConfigurationError)) throw error
        if (folder && !/kind:\s*["']?\w*Analysis(?:Template|Run)\b/.test(text)) continue
        const cure = 'Correct it, or name only files that are YAML as they stand'
        findings.push({ ...findingOf(error, 'invalid-yaml', { file }), cure })
      }
    }
  }
  return { documents, findings }
}

async function filesBelow(cwd: string, folder: string): Promise<string[]> {
  const entries = await readdir(resolve(cwd, folder), { withFileTypes: true })
  const files: string[] = []
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name)
    if (entry.isDirectory() && entry.name !== 'node_modules' && entry.name !== '.git')
      files.push(...(await filesBelow(cwd, path)))
    else if (entry.isFile() && /\.ya?ml$/.test(entry.name)) files.push(path)
  }
  return files
}

async function about(cwd: string, path: string) {
  if (path.includes('\0')) throw unreadable(path, 'not a path')
  const found = await stat(resolve(cwd, path)).catch(cause => {
    throw unreadable(path, 'there is no such file or folder', cause)
  })
  if (!found.isDirectory() && !found.isFile()) throw unreadable(path, 'not a file of text that can be read')
  return found
}

function unreadable(path: string, problem: string, cause?: unknown): ConfigurationError {
  return new ConfigurationError({ problem, place: { input: 'FILE' }, value: path, cause })
}
