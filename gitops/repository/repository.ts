/** A child of a folder in a Git tree. `id` is the Git object's: equal ids mean equal content. */
export type Entry = { name: string; kind: 'blob' | 'tree'; id: string; mode: string }

/** The files of one commit. Paths are relative to the GitOps root, with `/`, never starting with one. */
export interface Tree {
  /** The commit's id, 40 (or 64) hex digits. */
  readonly commit: string
  /** The text of a file (UTF-8), or undefined where there is none. */
  read(path: string): string | undefined
  /** The object id of a file or folder, or undefined where there is none. */
  id(path: string): string | undefined
  /** The children of a folder in Git's order; none when the folder does not exist. */
  list(path: string): readonly Entry[]
}

/** One change to a tree. A folder is replaced as a whole by putting the Git tree object `tree` there. */
export type Change = { path: string; text: string } | { path: string; tree: string } | { path: string; remove: true }

/** A commit to be made: `changes` on top of the tree at `parent`. */
export type Write = { parent: string; message: string; changes: readonly Change[] }

/** `lost`: somebody else's commit is the head now, so nothing was written; read the head and derive the edit again. */
export type WriteResult = { kind: 'written'; tree: Tree } | { kind: 'lost' }

/** Desired state: one branch of a Git repository. Every write is a compare-and-swap on the branch's head. */
export interface Repository {
  /** Reads the branch's head from the server. Rejects with a RepositoryUnreachableError when it does not answer. */
  head(): Promise<Tree>
  /**
   * Makes one commit and moves the branch from `parent` to it, or does nothing at all. When it rejects (the connection
   * broke while pushing), the write may have happened or not: read the head to know.
   */
  write(write: Write): Promise<WriteResult>
  /** The newest commit that changed `path`, for a message to people; undefined when the history at hand does not say. */
  lastCommitTo(path: string): Promise<{ commit: string; author: string } | undefined>
}

/** The server did not answer, or refused; trying again later may work. */
export class RepositoryUnreachableError extends Error {
  override readonly name = 'RepositoryUnreachableError'
}
