import { existsSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import type { Tree } from '../../gitops/repository/index.ts'
import { folderTree } from './tree.ts'

/** The Git repository around a GitOps repository: its root, where Argo CD's paths begin, and the folder in it. */
export type Around = { root: Tree; folder: string }

/** A GitOps repository, and the Git repository that it is in, or is. */
export type Checkout = { tree: Tree } & Around

/** A GitOps repository that is a Git repository by itself. */
export function wholeRepository(tree: Tree): Checkout {
  return { tree, root: tree, folder: '' }
}

/** A folder on disk within the Git work tree that it is in; by itself where it is in none. */
export function checkoutOf(path: string): Checkout {
  const { top, folder } = locate(path)
  const tree = folderTree(path)
  return folder === '' ? wholeRepository(tree) : { tree, root: folderTree(top), folder }
}

/**
 * A folder that is looked at in the place of another: within its own work tree if it has the same place there, else as if
 * it stood where the other does.
 */
export function checkoutInPlaceOf(path: string, other: string): Checkout {
  const [own, { top, folder }] = [locate(path), locate(other)]
  if (own.top !== top && own.folder === folder) return checkoutOf(path)
  const tree = folderTree(path)
  return folder === '' ? wholeRepository(tree) : { tree, root: folderTree(top, { [folder]: path }), folder }
}

/** The work tree's top, which has a `.git` (a file in a linked one), and the way from there, with slashes. */
function locate(path: string): { top: string; folder: string } {
  const start = resolve(path)
  for (let top = start; ; top = dirname(top)) {
    if (existsSync(join(top, '.git'))) return { top, folder: relative(top, start).split(sep).join('/') }
    if (top === dirname(top)) return { top: start, folder: '' }
  }
}
