/**
 * A child of a folder in a Git tree. `id` is the Git object's: equal ids mean equal content. A symbolic link is a blob
 * of mode `120000`, a submodule a `commit`; neither is ever followed.
 */
export type Entry = { name: string; kind: 'blob' | 'tree' | 'commit'; id: string; mode: string }

/**
 * The files of one commit. Paths are relative to the GitOps root, with `/`, never starting with one; `''` is the root
 * itself. A path that leads out of it, or over a symbolic link or submodule, throws a ConfigurationError.
 */
export interface Tree {
  /** The commit's id, 40 (or 64) hex digits. */
  readonly commit: string
  /**
   * The text of a file (UTF-8), or undefined where there is none. Throws a ConfigurationError for what is there but is
   * no text: a link, another encoding, more than 1 MiB; taken for missing it would be overwritten.
   */
  read(path: string): string | undefined
  /** The object id of a file or folder, or undefined where there is none. */
  id(path: string): string | undefined
  /** The children of a folder in Git's order; none when the folder does not exist. */
  list(path: string): readonly Entry[]
}

/**
 * One change to a tree. A file keeps its mode. A folder is replaced as a whole by putting the Git tree object `tree`
 * there. Removing what is not there changes nothing.
 */
export type Change = { path: string; text: string } | { path: string; tree: string } | { path: string; remove: true }

/**
 * A commit to be made: `changes` on top of the tree at `parent`, which this repository gave out. No changes at all, or
 * two changes that touch the same path, are a programming error (RangeError).
 */
export type Write = { parent: string; message: string; changes: readonly Change[] }

/** `lost`: somebody else's commit is the head now, so nothing was written; read the head and derive the edit again. */
export type WriteResult = { kind: 'written'; tree: Tree } | { kind: 'lost' }

/** Desired state: one branch of a Git repository. Every write is a compare-and-swap on the branch's head. */
export interface Repository {
  /** Reads the branch's head from the server. Rejects with a RepositoryUnreachableError when it does not answer. */
  head(): Promise<Tree>
  /**
   * Makes one commit and moves the branch from `parent` to it, or does nothing at all. Changes that leave every file as
   * it is make no commit: `written` with the tree at `parent` if that is still the head, else `lost`.
   *
   * Rejects with a ConfigurationError when the server's rules forbid it: nothing was written. Rejects with a
   * RepositoryUnreachableError when the connection broke while pushing and the branch was seen at `parent` after it, or
   * could not be read: the write may have happened or not, read the head to know.
   */
  write(write: Write): Promise<WriteResult>
  /** The newest commit that changed `path`, for a message to people; undefined when the history at hand does not say. */
  lastCommitTo(path: string): Promise<{ commit: string; author: string } | undefined>
}

/** The server did not answer, or refused; trying again later may work. */
export class RepositoryUnreachableError extends Error {
  override readonly name = 'RepositoryUnreachableError'
}
