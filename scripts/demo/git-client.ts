import { mkdirSync } from 'node:fs'
import type { RunCommand } from '../../host/index.ts'

/** A reader of one branch of a repository over HTTP, as Argo CD's repo server is one. */
export type GitClient = {
  /** The commit at the head of the branch. */
  head(): Promise<string>
  /** Fetches a commit, and gives the id of a folder's tree in it. */
  fetchFolder(path: string): Promise<string>
  /** The texts of all files below a tree that was fetched, by their path in it. */
  files(tree: string): Promise<ReadonlyMap<string, string>>
}

/** Opens the branch `main` of the repository at `url`; `folder` is this reader's own. */
export async function gitClient(url: string, folder: string, run: RunCommand): Promise<GitClient> {
  mkdirSync(folder, { recursive: true })
  const env = { PATH: process.env.PATH, HOME: folder, GIT_CONFIG_NOSYSTEM: '1', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' }
  const git = async (...args: string[]) => {
    const { code, stdout, stderr } = await run('git', args, { cwd: folder, env })
    if (code === 0) return stdout
    throw new Error(`git ${args[0]} failed: ${stderr.trim()}`)
  }
  await git('init', '--quiet', '--bare', '.')
  return {
    async head() {
      const response = await fetch(`${url}/info/refs?service=git-upload-pack`)
      const [, commit] = /([0-9a-f]{40}) refs\/heads\/main\n/.exec(await response.text()) ?? []
      if (commit === undefined) throw new Error(`${url} has no branch main (${response.status})`)
      return commit
    },
    async fetchFolder(path) {
      await git('fetch', '--quiet', '--depth', '1', url, 'main')
      return (await git('rev-parse', `FETCH_HEAD:${path}`)).trim()
    },
    async files(tree) {
      const names = (await git('ls-tree', '-r', '-z', '--name-only', tree)).split('\0').filter(name => name !== '')
      const texts = await Promise.all(names.map(name => git('cat-file', 'blob', `${tree}:${name}`)))
      return new Map(names.map((name, index) => [name, texts[index] ?? '']))
    },
  }
}
