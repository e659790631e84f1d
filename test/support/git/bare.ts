import { execFile } from 'node:child_process'
import { chmod, mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** What a file of a new commit is: text or bytes, or one with a mode, or a symbolic link; undefined removes it. */
export type Seed = string | Buffer | { text: string; executable: true } | { link: string } | undefined

/** A bare repository on disk, to be served or used by its path. */
export type BareRepository = {
  folder: string
  /** Makes a commit straight on the branch (made if need be), as another writer would; gives its id. */
  commit(
    files: Readonly<Record<string, Seed>>,
    options?: { message?: string; branch?: string; author?: string },
  ): Promise<string>
  /** The id of the branch's head. */
  head(branch?: string): Promise<string>
  /** A file's text at the branch's head, or undefined. */
  read(path: string, branch?: string): Promise<string | undefined>
  /** The commits of a branch, newest first. */
  log(branch?: string): Promise<{ commit: string; subject: string; body: string; author: string; time: number }[]>
  /** Installs a hook (a shell script without its first line). */
  hook(name: string, script: string): Promise<void>
  /** Runs git in the repository and gives what it prints. */
  git(...args: string[]): Promise<string>
}

/**
 * Makes a bare repository that can be pushed to over HTTP. Its first commit, on `main`, holds `files`; without any
 * there is no branch. `format` is the kind of object ids.
 */
export async function createRepository(
  folder: string,
  files: Readonly<Record<string, Seed>> = {},
  { branch: first = 'main', format = 'sha1' }: { branch?: string; format?: 'sha1' | 'sha256' } = {},
): Promise<BareRepository> {
  await mkdir(folder, { recursive: true })
  await git(folder, ['init', '-q', '--bare', '--template=', `--initial-branch=${first}`, `--object-format=${format}`])
  await git(folder, ['config', 'http.receivepack', 'true'])
  await git(folder, ['config', 'gc.auto', '0'])
  const ask = (...args: string[]) => git(folder, args)
  let works = 0

  const repository: BareRepository = {
    folder,
    git: ask,
    async commit(seeds, { message = 'change by hand', branch = first, author = 'Someone Else' } = {}) {
      const work = `${folder}.work-${process.pid}-${works++}`
      const index = { GIT_INDEX_FILE: `${work}.index` }
      await mkdir(work, { recursive: true })
      try {
        const parent = await ask('rev-parse', '--verify', '-q', `refs/heads/${branch}`).catch(() => '')
        if (parent !== '') await git(folder, ['read-tree', parent.trim()], index)
        for (const [path, seed] of Object.entries(seeds)) await place(join(work, path), seed)
        const paths = Object.keys(seeds)
          .map(path => `${path}\0`)
          .join('')
        const update = ['-c', 'core.autocrlf=false', '-c', 'core.safecrlf=false', `--work-tree=${work}`]
        await git(folder, [...update, 'update-index', '--add', '--remove', '--replace', '-z', '--stdin'], index, paths)
        const tree = (await git(folder, ['write-tree'], index)).trim()
        const options = parent === '' ? [] : ['-p', parent.trim()]
        const commit = (await git(folder, ['commit-tree', ...options, '-m', message, tree], identity(author))).trim()
        await git(folder, ['update-ref', `refs/heads/${branch}`, commit, parent.trim()])
        return commit
      } finally {
        await rm(work, { recursive: true, force: true })
        await rm(`${work}.index`, { force: true })
      }
    },
    head: async (branch = first) => (await ask('rev-parse', `refs/heads/${branch}`)).trim(),
    read: (path, branch = first) => ask('cat-file', 'blob', `refs/heads/${branch}:${path}`).catch(() => undefined),
    async log(branch = first) {
      const lines = await ask('log', '-z', '--format=%H%n%an%n%ct%n%s%n%b', `refs/heads/${branch}`)
      return lines
        .split('\0')
        .filter(line => line !== '')
        .map(line => {
          const [commit = '', author = '', time = '', subject = '', ...body] = line.split('\n')
          return { commit, author, time: Number(time), subject, body: body.join('\n').trim() }
        })
    },
    async hook(name, script) {
      await mkdir(join(folder, 'hooks'), { recursive: true })
      await writeFile(join(folder, 'hooks', name), `#!/bin/sh\n${script}\n`)
      await chmod(join(folder, 'hooks', name), 0o755)
    },
  }
  if (Object.keys(files).length > 0) await repository.commit(files, { message: 'first commit' })
  return repository
}

async function place(path: string, seed: Seed) {
  if (seed === undefined) return
  await mkdir(dirname(path), { recursive: true })
  if (typeof seed === 'string' || Buffer.isBuffer(seed)) await writeFile(path, seed)
  else if ('link' in seed) await symlink(seed.link, path)
  else await writeFile(path, seed.text, { mode: 0o755 })
}

function identity(name: string) {
  const email = 'someone@example.com'
  return { GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email, GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: email }
}

function git(folder: string, args: readonly string[], env: Record<string, string> = {}, input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const isolated = { PATH: process.env.PATH, HOME: folder, GIT_CONFIG_NOSYSTEM: '1', LC_ALL: 'C', ...env }
    const options = { env: { ...isolated, GIT_DIR: folder }, cwd: folder, maxBuffer: 1 << 28 }
    const child = execFile('git', args, options, (error, stdout, stderr) => {
      if (error) reject(new Error(`git ${args.join(' ')}: ${stderr}`, { cause: error }))
      else resolve(stdout)
    })
    child.stdin?.on('error', () => {}) // a command may end without reading it
    child.stdin?.end(input)
  })
}
