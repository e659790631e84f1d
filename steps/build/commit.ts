import { sep } from 'node:path'
import { ConfigurationError } from '../../configuration/index.ts'
import { CommandNotFoundError, type RunCommand } from '../../host/index.ts'

/** The commit that a context is checked out at. */
export type Commit = {
  /** 40 (or 64) hex digits. */
  id: string
  /** When it was committed, in seconds since the Unix epoch. */
  time: number
  /** Files in the context, and the Dockerfile, that are not as the commit has them, as `git status` prints them. */
  changes: readonly string[]
  /** Files and folders (with a slash at the end) in the context that Git ignores, relative to it; '' is all of it. */
  ignored: readonly string[]
  /** A file whose changes Git was told not to look for: then `changes` may lack them. */
  unwatched?: string
  /** The checkout's own folder. */
  root: string
  /** Whether the checkout holds all of the commit. */
  whole: boolean
  /** Where the checkout came from, without credentials; undefined when it has no `origin`. */
  origin?: string
}

/**
 * Reads the commit of the checkout that `context` is in; the Dockerfile may lie beside it. Throws a ConfigurationError
 * when it is in none.
 */
export async function readCommit(run: RunCommand, context: string, dockerfile: string): Promise<Commit> {
  const git = async (...args: string[]) => {
    try {
      return await run('git', args, { cwd: context })
    } catch (error) {
      if (!(error instanceof CommandNotFoundError)) throw error
      throw new ConfigurationError({ problem: 'git is not installed', cure: 'Install git', cause: error })
    }
  }
  const head = await git('log', '-1', '--no-show-signature', '--format=%H %ct', 'HEAD')
  const [, id, time] = /^([0-9a-f]{40,64}) (\d+)$/.exec(head.stdout.trim()) ?? []
  if (head.code !== 0 || id === undefined || time === undefined) throw noCommit(context, head.stderr)
  const place = await git('rev-parse', '--show-toplevel', '--show-prefix')
  const [root = '', prefix = ''] = place.stdout.split('\n')
  if (place.code !== 0 || root === '') throw noCommit(context, place.stderr)
  const beside = isBelow(root, dockerfile) ? [dockerfile] : []
  // All said outright: settings (status.showUntrackedFiles, submodule.<name>.ignore) would leave some of it out.
  const all = ['--untracked-files=all', '--ignored=matching', '--ignore-submodules=none', '--no-renames']
  const status = await git('status', '--porcelain', '-z', ...all, '--', '.', ...beside)
  if (status.code !== 0) throw new Error(`git status ended with ${status.code}: ${status.stderr.trim()}`)
  const found = status.stdout.split('\0').filter(line => line !== '')
  const listed = await git('ls-files', '-v', '-z', '--', '.', ...beside)
  const unwatched = listed.stdout.split('\0').find(line => /^[a-zS] /.test(line))
  const sparse = await git('config', '--type=bool', '--get', 'core.sparseCheckout')
  const remote = await git('remote', 'get-url', 'origin')
  const origin = remote.code === 0 ? webAddress(remote.stdout.trim()) : undefined
  return {
    id,
    time: Number(time),
    changes: found.filter(line => !line.startsWith('!! ')),
    ignored: found.filter(line => line.startsWith('!! ')).flatMap(line => within(prefix, line.slice(3))),
    ...(unwatched !== undefined && { unwatched: unwatched.slice(2) }),
    root,
    whole: sparse.stdout.trim() !== 'true',
    ...(origin !== undefined && { origin }),
  }
}

/** What of an ignored path is in the folder `prefix`: it names no folder below one that is ignored itself. */
function within(prefix: string, path: string): string[] {
  if (path.startsWith(prefix)) return [path.slice(prefix.length)]
  return path.endsWith('/') && prefix.startsWith(path) ? [''] : []
}

function isBelow(root: string, path: string): boolean {
  return path.startsWith(root.endsWith(sep) ? root : `${root}${sep}`)
}

/**
 * The URL of a repository as a label may show it: without user and password (checkouts in CI may hold tokens there),
 * and over https where Git uses ssh. Undefined for what has no URL, such as a path.
 */
export function webAddress(remote: string): string | undefined {
  const [, host, path] = /^(?:[\w.-]+@)?([\w.-]+):(?!\/\/)([\w./~-]+)$/.exec(remote) ?? []
  if (host !== undefined && path !== undefined) return hosted(host, path)
  if (!URL.canParse(remote)) return undefined
  const url = new URL(remote)
  if (url.protocol === 'ssh:' || url.protocol === 'git+ssh:') return hosted(url.hostname, url.pathname)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return undefined
  if (url.hostname === 'github.com') return hosted(url.hostname, url.pathname)
  url.username = ''
  url.password = ''
  return url.href
}

/** What is served over ssh has a page of the same name without the suffix, at every host that people use. */
function hosted(host: string, path: string): string {
  return `https://${host}/${path.replace(/^\/+/, '').replace(/\.git\/?$/, '')}`
}

function noCommit(context: string, said: string): ConfigurationError {
  const cure = /dubious ownership/.test(said)
    ? 'The checkout belongs to another user: `git config --global --add safe.directory <its path>`'
    : 'Check out the source before this step (actions/checkout), with at least one commit'
  return new ConfigurationError({
    problem: 'the image is named after a commit, and the build context is in no checkout',
    place: { input: 'context' },
    value: context,
    cure,
  })
}
