import { ConfigurationError } from '../../configuration/index.ts'
import type { Git } from './git.ts'
import { ancestors, checkPath } from './path.ts'
import type { Change, Entry, Tree, Write } from './repository.ts'

/** Who makes the commits. */
export type Committer = { name: string; email: string }

export type CommitOptions = {
  write: Write
  /** The tree at the write's parent, which is checked against. */
  tree: Tree
  /** The folder that the changes' paths are relative to; `''` for the repository's root. */
  directory: string
  committer: Committer
  /** Seconds since the Unix epoch. */
  time: number
  trailers: Readonly<Record<string, string>>
}

/**
 * Makes the commit's objects in the local repository and gives its id, or undefined when the changes change nothing.
 * One `git fast-import` writes blobs, trees and commit: no work tree, no index, so no checkout filters, no line-end
 * conversion and no lock. Modes are kept. Throws a ConfigurationError for a path through a link, a file or a folder
 * that stands in the way, a RangeError for changes that no caller should ask for.
 */
export async function makeCommit(git: Git, options: CommitOptions): Promise<string | undefined> {
  const { parent, changes } = options.write
  checkChanges(changes)
  const lines = changes.map(change => modification(change, options.tree, options.directory))
  const { name, email } = options.committer
  const stream = [
    'feature done\n',
    `commit ${ref}\n`,
    `committer ${name} <${email}> ${options.time} +0000\n`,
    data(withTrailers(options.write.message, options.trailers)),
    `from ${parent}\n`,
    ...lines,
    'done\n', // without it the input was cut short, and Git makes no commit of a part
  ].join('')
  await git.local(['fast-import', '--quiet', '--force'], stream)
  const names = [ref, `${ref}^{tree}`, `${parent}^{tree}`]
  const [commit, now, before] = (await git.local(['rev-parse', ...names])).split('\n')
  return now === before ? undefined : commit
}

/** Checks a committer's name and address: Git takes neither a line end nor an angle bracket in them. */
export function checkCommitter(committer: Committer): Committer {
  for (const [key, value] of [
    ['name', committer.name],
    ['email', committer.email],
  ] as const) {
    if (/^[^<>\p{Cc}]+$/u.test(value) && value.trim() === value) continue
    throw new ConfigurationError({ problem: `not a committer's ${key}`, place: { input: 'committer' }, value })
  }
  return committer
}

const ref = 'refs/stovepipe/write'

function checkChanges(changes: readonly Change[]): void {
  if (changes.length === 0) throw new RangeError('a write without changes')
  const paths = new Set(changes.map(change => checkPath(change.path)))
  if (paths.size < changes.length) throw new RangeError('two changes to one path in one write')
  for (const path of paths) {
    const outer = ancestors(path).find(folder => paths.has(folder))
    if (outer !== undefined) throw new RangeError(`changes to ${outer} and, inside it, to ${path} in one write`)
  }
}

function modification(change: Change, tree: Tree, directory: string): string {
  const { path } = change
  const quoted = `"${(directory === '' ? path : `${directory}/${path}`).replaceAll('"', '\\"')}"`
  const blocked = ancestors(path).find(folder => (entryAt(tree, folder)?.kind ?? 'tree') !== 'tree')
  if (blocked !== undefined) throw inTheWay(blocked, 'a file, link or submodule stands where a folder should be')
  const entry = entryAt(tree, path)
  if ('remove' in change) return `D ${quoted}\n`
  if ('tree' in change) {
    if (entry && entry.kind !== 'tree') throw inTheWay(path, 'a file stands where a folder should be')
    return `M 040000 ${change.tree} ${quoted}\n`
  }
  if (entry?.kind === 'tree') throw inTheWay(path, 'a folder stands where a file should be')
  if (entry && !/^100/.test(entry.mode)) throw inTheWay(path, 'a link or submodule stands where a file should be')
  if (!change.text.isWellFormed()) throw new RangeError(`the text for ${path} is not valid Unicode`)
  return `M ${entry?.mode ?? '100644'} inline ${quoted}\n${data(change.text)}`
}

/** `list` of the folder rather than `id`, because the kind and the mode count. Throws where the way leads over a link. */
function entryAt(tree: Tree, path: string): Entry | undefined {
  const cut = path.lastIndexOf('/')
  return tree.list(path.slice(0, Math.max(0, cut))).find(entry => entry.name === path.slice(cut + 1))
}

function inTheWay(path: string, problem: string): ConfigurationError {
  return new ConfigurationError({ problem, place: { file: path }, cure: 'Move it away' })
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}\n`
}

/** Appends trailers as `git interpret-trailers` does: a paragraph of their own, or on to one that is already there. */
function withTrailers(message: string, trailers: Readonly<Record<string, string>>): string {
  const subject = message.replaceAll('\0', ' ').trim()
  if (subject === '') throw new RangeError('a commit without a message')
  const lines = Object.entries(trailers).map(([key, value]) => `${key}: ${value.replace(/[\p{Cc}]+/gu, ' ').trim()}`)
  if (lines.length === 0) return `${subject}\n`
  const paragraphs = subject.split(/\n\s*\n/)
  const isTrailers = paragraphs.length > 1 && (paragraphs.at(-1) ?? '').split('\n').every(line => trailer.test(line))
  return `${subject}${isTrailers ? '\n' : '\n\n'}${lines.join('\n')}\n`
}

const trailer = /^[A-Za-z0-9-]+: /
