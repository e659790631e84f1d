import { execFile } from 'node:child_process'
import { z } from 'zod'
import { found, type Handlers, notFound, Refused, type RepositoryCall } from './call.ts'
import type { Repository } from './state.ts'

const contentSchema = z.object({
  message: z.string(),
  content: z.string(),
  sha: z.string().optional(),
  branch: z.string().optional(),
})
const newRefSchema = z.object({ ref: z.string(), sha: z.string() })
const refSchema = z.object({ sha: z.string(), force: z.boolean().default(false) })
const wholeId = /^[0-9a-f]{40}$/

/**
 * The whole id of a commit, branch or tag in the repository; undefined where there is none. A repository without a
 * folder has every commit that is named by its whole id, and its default branch.
 */
export async function commitOf({ folder, defaultBranch }: Repository, ref: string): Promise<string | undefined> {
  if (folder === undefined) return wholeId.test(ref) ? ref : ref === defaultBranch ? 'c'.repeat(40) : undefined
  if (ref === '' || ref.startsWith('-') || /[\s:^~]/.test(ref)) return undefined
  const short = ref.replace(/^refs\//, '')
  const names = wholeId.test(ref) ? [ref] : [`refs/heads/${ref}`, `refs/tags/${ref}`, `refs/${short}`]
  if (/^[0-9a-f]{7,39}$/.test(ref)) names.push(ref)
  for (const name of names) {
    const id = await git(folder, ['rev-parse', '--verify', '-q', `${name}^{commit}`]).catch(() => undefined)
    if (id !== undefined) return id.trim()
  }
  return undefined
}

export const commitHandlers: Handlers<RepositoryCall> = {
  'GET /repos/{owner}/{repo}/commits': async call => {
    const { sha = call.repository.defaultBranch, path = '' } = call.query
    const from = found(await commitOf(call.repository, sha))
    const log = await git(found(call.repository.folder), ['log', '-100', '--format=%H', from, '--', path || '.'])
    const ids = log.split('\n').filter(id => id !== '')
    return { list: await Promise.all(ids.map(id => shownCommit(call, id))) }
  },
  'GET /repos/{owner}/{repo}/commits/{ref}': async call => {
    const sha = await commitOf(call.repository, call.path.ref ?? '')
    if (sha === undefined) throw new Refused(422, `No commit found for SHA: ${call.path.ref}`)
    return { status: 200, body: await shownCommit(call, sha) }
  },
  'GET /repos/{owner}/{repo}/branches/{branch}': async call => {
    const { branch = '' } = call.path
    const sha = found(await commitOf(call.repository, `refs/heads/${branch}`))
    return { status: 200, body: { name: branch, commit: await shownCommit(call, sha), protected: false } }
  },
  'GET /repos/{owner}/{repo}/compare/{basehead}': async call => {
    const folder = found(call.repository.folder)
    const [from = '', to = ''] = (call.path.basehead ?? '').split('...')
    const base = found(await commitOf(call.repository, from))
    const head = found(await commitOf(call.repository, to))
    const merged = (await git(folder, ['merge-base', base, head]).catch(() => '')).trim()
    if (merged === '') throw notFound()
    const counts = (await git(folder, ['rev-list', '--left-right', '--count', `${base}...${head}`])).trim().split(/\s+/)
    const [behind_by = 0, ahead_by = 0] = counts.map(Number)
    const status = statusOf(ahead_by, behind_by)
    const [base_commit, merge_base_commit] = [await shownCommit(call, base), await shownCommit(call, merged)]
    const body = { status, ahead_by, behind_by, total_commits: ahead_by, base_commit, merge_base_commit, commits: [] }
    return { status: 200, body }
  },
  'GET /repos/{owner}/{repo}/contents/{path}': async call => {
    const { folder, sha } = await treeOf(call)
    const { path = '' } = call.path
    const entry = await git(folder, ['ls-tree', sha, '--', path])
    const [, type, id] = /^\d+ (\w+) ([0-9a-f]+)\t/.exec(entry) ?? []
    if (type !== 'blob' || id === undefined) throw notFound()
    return { status: 200, body: { ...shownFile(path, id), ...(await contentOf(folder, id)) } }
  },
  'PUT /repos/{owner}/{repo}/contents/{path}': async call => {
    const { message, content, sha: expected, branch = call.repository.defaultBranch } = contentSchema.parse(call.body)
    const folder = found(call.repository.folder)
    const parent = found(await commitOf(call.repository, `refs/heads/${branch}`))
    const { path = '' } = call.path
    const present = (await git(folder, ['rev-parse', '-q', '--verify', `${parent}:${path}`]).catch(() => '')).trim()
    if (present !== (expected ?? '')) {
      if (expected === undefined) throw new Refused(422, 'Invalid request.\n\n"sha" wasn\'t supplied.')
      throw new Refused(409, `${path} does not match ${expected}`)
    }
    const blob = (await git(folder, ['hash-object', '-w', '--stdin'], { input: Buffer.from(content, 'base64') })).trim()
    const commit = await commitFile(folder, { parent, path, blob, message, branch })
    const status = present === '' ? 201 : 200
    return { status, body: { content: shownFile(path, blob), commit: { sha: commit, message } } }
  },
  'GET /repos/{owner}/{repo}/git/ref/{ref}': async call => {
    const ref = `refs/${call.path.ref}`
    return { status: 200, body: shownRef(ref, found(await commitOf(call.repository, ref))) }
  },
  'POST /repos/{owner}/{repo}/git/refs': async call => {
    const { ref, sha } = newRefSchema.parse(call.body)
    const folder = found(call.repository.folder)
    if ((await commitOf(call.repository, sha)) !== sha) throw new Refused(422, 'Object does not exist')
    if (!/^refs\/[\w.-]+\/[\w./-]+$/.test(ref)) throw new Refused(422, 'Reference name must start with refs/')
    if ((await commitOf(call.repository, ref)) !== undefined) throw new Refused(422, 'Reference already exists')
    await git(folder, ['update-ref', ref, sha, '0'.repeat(40)])
    return { status: 201, body: shownRef(ref, sha) }
  },
  'PATCH /repos/{owner}/{repo}/git/refs/{ref}': async call => {
    const { sha, force } = refSchema.parse(call.body)
    const folder = found(call.repository.folder)
    const ref = `refs/${call.path.ref}`
    const before = await commitOf(call.repository, ref)
    if (before === undefined) throw new Refused(422, 'Reference does not exist')
    if ((await commitOf(call.repository, sha)) !== sha) throw new Refused(422, 'Object does not exist')
    const ahead = await git(folder, ['merge-base', '--is-ancestor', before, sha]).then(
      () => true,
      () => false,
    )
    if (!ahead && !force) throw new Refused(422, 'Update is not a fast forward')
    await git(folder, ['update-ref', ref, sha, before])
    return { status: 200, body: shownRef(ref, sha) }
  },
  'DELETE /repos/{owner}/{repo}/git/refs/{ref}': async call => {
    const ref = `refs/${call.path.ref}`
    if ((await commitOf(call.repository, ref)) === undefined) throw new Refused(422, 'Reference does not exist')
    await git(found(call.repository.folder), ['update-ref', '-d', ref])
    return { status: 204 }
  },
}

function statusOf(ahead: number, behind: number): string {
  if (ahead > 0 && behind > 0) return 'diverged'
  if (ahead > 0) return 'ahead'
  return behind > 0 ? 'behind' : 'identical'
}

async function treeOf({ repository, query }: RepositoryCall) {
  const sha = found(await commitOf(repository, query.ref ?? repository.defaultBranch))
  return { folder: found(repository.folder), sha }
}

async function contentOf(folder: string, id: string) {
  const content = await git(folder, ['cat-file', 'blob', id], { encoding: 'base64' })
  return { content, encoding: 'base64', size: Buffer.from(content, 'base64').length }
}

type FileCommit = { parent: string; path: string; blob: string; message: string; branch: string }

async function commitFile(folder: string, { parent, path, blob, message, branch }: FileCommit): Promise<string> {
  const env = { GIT_INDEX_FILE: `${folder}/api-${process.pid}-${Date.now()}.index` }
  await git(folder, ['read-tree', parent], { env })
  await git(folder, ['update-index', '--add', '--cacheinfo', `100644,${blob},${path}`], { env })
  const tree = (await git(folder, ['write-tree'], { env })).trim()
  const commit = (await git(folder, ['commit-tree', '-p', parent, '-m', message, tree])).trim()
  await git(folder, ['update-ref', `refs/heads/${branch}`, commit, parent])
  return commit
}

async function shownCommit({ repository, api }: RepositoryCall, sha: string) {
  const { name, folder } = repository
  const format = '%P%n%an%n%ae%n%aI%n%T%n%B'
  const text = folder === undefined ? '' : await git(folder, ['show', '-s', `--format=${format}`, sha])
  const [parents = '', author = '', email = '', date = '', tree = '', ...message] = text.split('\n')
  const person = { name: author, email, date: date || '2020-01-01T00:00:00Z' }
  return {
    sha,
    url: `${api}/repos/${name}/commits/${sha}`,
    html_url: `https://github.com/${name}/commit/${sha}`,
    commit: {
      author: person,
      committer: person,
      message: message.join('\n').trimEnd(),
      tree: { sha: tree || sha, url: '' },
      comment_count: 0,
    },
    parents: parents
      .split(' ')
      .filter(id => id !== '')
      .map(id => ({ sha: id, url: '' })),
  }
}

function shownFile(path: string, sha: string) {
  return {
    type: 'file',
    name: path.split('/').at(-1) ?? '',
    path,
    sha,
    size: 0,
    url: '',
    git_url: '',
    html_url: '',
  }
}

function shownRef(ref: string, sha: string) {
  return { ref, node_id: '', url: '', object: { type: 'commit', sha, url: '' } }
}

type GitOptions = { input?: Buffer; env?: Record<string, string>; encoding?: 'utf8' | 'base64' }

function git(folder: string, args: readonly string[], options: GitOptions = {}): Promise<string> {
  const { input = Buffer.alloc(0), env = {}, encoding = 'utf8' } = options
  const person = { NAME: 'acme[bot]', EMAIL: 'bot@example.com' }
  const identity = Object.entries(person).flatMap(([key, value]) => [
    [`GIT_AUTHOR_${key}`, value],
    [`GIT_COMMITTER_${key}`, value],
  ])
  const isolated = { PATH: process.env.PATH, HOME: folder, GIT_CONFIG_NOSYSTEM: '1', GIT_DIR: folder, LC_ALL: 'C' }
  return new Promise((resolve, reject) => {
    const settings = {
      cwd: folder,
      env: { ...isolated, ...Object.fromEntries(identity), ...env },
      encoding: 'buffer' as const,
    }
    const child = execFile('git', args, { ...settings, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      if (error) reject(new Error(`git ${args.join(' ')}: ${stderr.toString()}`, { cause: error }))
      else resolve(stdout.toString(encoding))
    })
    child.stdin?.on('error', () => {})
    child.stdin?.end(input)
  })
}
