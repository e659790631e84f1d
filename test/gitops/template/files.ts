import { loadAll } from 'js-yaml'
import { templateFiles } from '../../support/template.ts'

/** Every file of the GitOps repository that teams copy, by path. */
export const files = templateFiles()

/** The documents of the YAML files directly in a folder, by path; a file may hold several. */
export function documentsIn(folder: string): (readonly [path: string, document: unknown])[] {
  return Object.keys(files)
    .filter(path => path.startsWith(`${folder}/`) && !path.slice(folder.length + 1).includes('/'))
    .filter(path => path.endsWith('.yaml'))
    .sort()
    .flatMap(path => documentsOf(path).map(document => [path, document] as const))
}

/** The documents of one file. */
export function documentsOf(path: string): unknown[] {
  const text = files[path]
  if (text === undefined) throw new Error(`the template has no file ${path}`)
  return loadAll(text)
}

/** The folders in a folder. */
export function foldersIn(folder: string): string[] {
  const names = Object.keys(files)
    .filter(path => path.startsWith(`${folder}/`))
    .map(path => path.slice(folder.length + 1).split('/'))
    .filter(([, rest]) => rest !== undefined)
  return [...new Set(names.map(([name = '']) => name))].sort()
}
