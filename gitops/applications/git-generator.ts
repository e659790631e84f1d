import { posix } from 'node:path'
import { ConfigurationError, readDocuments } from '../../configuration/index.ts'
import type { Tree } from '../repository/index.ts'
import type { ApplicationSet } from './application-set.ts'
import { isMap, TemplateError, UnknownTemplateError, type Value } from './go-template/index.ts'
import type { Parameters } from './parameters.ts'

/** What generators ask of a tree, each thing once: a matrix asks for every folder of the first one anew. */
export type Index = { folders: readonly string[]; files: ReadonlySet<string>; contents(path: string): Parameters[] }

const indexes = new WeakMap<Tree, Index>()

/** The index of a tree, made once. */
export function indexOf(tree: Tree): Index {
  const known = indexes.get(tree)
  if (known) return known
  const read = new Map<string, Parameters[]>()
  const index: Index = {
    folders: foldersOf(tree, ''),
    files: new Set(filesOf(tree, '')),
    contents(path) {
      const found = read.get(path) ?? contents(tree, path)
      read.set(path, found)
      return found
    },
  }
  indexes.set(tree, index)
  return index
}

type Git = NonNullable<ApplicationSet['spec']['generators'][number]['git']>

/** What a Git generator finds: a set of parameters for each folder, or for each map in each file. */
export function fromGit(index: Index, { directories, files, pathParamPrefix }: Git): Parameters[] {
  const prefixed = (path: Value): Parameters => (pathParamPrefix === '' ? { path } : { [pathParamPrefix]: { path } })
  if (directories && directories.length > 0) {
    const globs = directories.map(({ path, exclude }) => ({ pattern: glob(path, '[^/]*'), exclude }))
    return index.folders.filter(path => isWanted(path, globs)).map(path => prefixed(aboutPath(path)))
  }
  const globs = (files ?? []).map(({ path, exclude }) => ({ pattern: glob(path, '.*'), exclude }))
  const exact = (files ?? []).every(({ path }) => !/[*?]/.test(path)) && (files ?? []).map(({ path }) => path)
  const candidates = exact ? exact.filter(path => index.files.has(path)) : [...index.files]
  return candidates
    .filter(path => isWanted(path, globs))
    .flatMap(path => index.contents(path).map(content => ({ ...content, ...prefixed(aboutFile(path)) })))
}

function isWanted(path: string, globs: readonly { pattern: RegExp; exclude: boolean }[]): boolean {
  const hits = globs.filter(({ pattern }) => pattern.test(path))
  return hits.length > 0 && hits.every(({ exclude }) => !exclude)
}

/** `path.Match` for folders, where `*` ends at a slash; `git ls-files` for files, where it does not. */
function glob(text: string, star: string): RegExp {
  if (/[[\]\\:]/.test(text)) throw new UnknownTemplateError(`the pattern ${text} is not known`)
  const parts = text.split(/([*?])/).map(part => {
    if (part === '*') return star
    return part === '?' ? '[^/]' : part.replace(/[^A-Za-z0-9]/g, '\\$&')
  })
  return new RegExp(`^${parts.join('')}$`, 's')
}

function contents(tree: Tree, path: string): Parameters[] {
  const [document] = readFile(tree, path)
  const value: unknown = document?.value ?? {}
  const objects: unknown[] = Array.isArray(value) ? value : [value]
  return objects.map(each => {
    if (isJson(each) && isMap(each)) return each
    throw new TemplateError(`unable to process file ${path}: no map`)
  })
}

function readFile(tree: Tree, path: string) {
  try {
    return readDocuments(tree.read(path) ?? '', path)
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    // Argo CD's parser takes some texts that this one does not.
    throw new UnknownTemplateError(`unable to read a file: ${error.message}`, { cause: error })
  }
}

/** Dates and other things that YAML may hold are not known here. */
function isJson(value: unknown): value is Value {
  if (value === null || ['boolean', 'number', 'string'].includes(typeof value)) return true
  if (Array.isArray(value)) return value.every(isJson)
  return typeof value === 'object' && Object.values(value).every(isJson)
}

function aboutPath(path: string) {
  const basename = posix.basename(path)
  return { path, basename, basenameNormalized: sanitize(basename), segments: path.split('/') }
}

function aboutFile(file: string) {
  const filename = posix.basename(file)
  return { ...aboutPath(posix.dirname(file)), filename, filenameNormalized: sanitize(filename) }
}

/** utils.SanitizeName: an RFC 1123 subdomain of at most 253 characters. */
function sanitize(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^-a-z0-9.]/g, '-')
    .slice(0, 253)
    .replace(/^[-.]+|[-.]+$/g, '')
}

/** Folders that do not begin with a dot, nor are in one that does. */
function foldersOf(tree: Tree, folder: string): string[] {
  return tree.list(folder).flatMap(({ name, kind }) => {
    if (kind !== 'tree' || name.startsWith('.')) return []
    const path = folder === '' ? name : `${folder}/${name}`
    return [path, ...foldersOf(tree, path)]
  })
}

function filesOf(tree: Tree, folder: string): string[] {
  return tree.list(folder).flatMap(({ name, kind }) => {
    const path = folder === '' ? name : `${folder}/${name}`
    return kind === 'tree' ? filesOf(tree, path) : [path]
  })
}
