import { z } from 'zod'
import { found, type Handlers, newId, Refused, type RepositoryCall, time } from './call.ts'
import { commitOf } from './commits.ts'
import { shownLabel } from './issues.ts'
import { shown } from './repositories.ts'
import type { Pull, Repository, State } from './state.ts'
import { user } from './users.ts'

const newSchema = z.object({
  title: z.string(),
  head: z.string(),
  base: z.string(),
  body: z.string().nullish(),
  draft: z.boolean().optional(),
})
const changeSchema = z.object({
  title: z.string().optional(),
  body: z.string().nullish(),
  state: z.enum(['open', 'closed']).optional(),
})

/** Adds a pull request; numbers count up within the repository. */
export function addPull(
  state: State,
  repository: Repository,
  given: Pick<Pull, 'title' | 'author' | 'head'> & Partial<Pull>,
  at: string,
): Pull {
  const number = Math.max(0, ...repository.pulls.keys()) + 1
  const pull: Pull = {
    id: newId(state),
    number,
    body: null,
    state: 'open',
    merged: false,
    draft: false,
    base: { ref: repository.defaultBranch, sha: '0'.repeat(40) },
    labels: [],
    createdAt: at,
    updatedAt: at,
    closedAt: null,
    ...given,
  }
  repository.pulls.set(pull.number, pull)
  return pull
}

export const pullHandlers: Handlers<RepositoryCall> = {
  'GET /repos/{owner}/{repo}/pulls': call => {
    const { state = 'open', head, base, sort = 'created', direction = sort === 'created' ? 'desc' : 'asc' } = call.query
    const newest = [...call.repository.pulls.values()].sort((a, b) => b.number - a.number)
    if (sort === 'updated') newest.sort((a, b) => Date.parse(b.updatedAt) - Date.parse(a.updatedAt))
    const pulls = newest.filter(
      pull =>
        (state === 'all' || pull.state === state) &&
        (head === undefined || head === headOf(pull)) &&
        (base === undefined || base === pull.base.ref),
    )
    return { list: (direction === 'asc' ? pulls.reverse() : pulls).map(pull => shownPull(call, pull)) }
  },
  'GET /repos/{owner}/{repo}/pulls/{pull_number}': call => ({ status: 200, body: shownPull(call, pullOf(call)) }),
  'POST /repos/{owner}/{repo}/pulls': async call => {
    const { repository, state, login, now } = call
    const { title, head, base, body = null, draft = false } = newSchema.parse(call.body)
    const branch = head.split(':').at(-1) ?? ''
    const [own] = repository.name.split('/')
    const label = `${head.includes(':') ? head.split(':')[0] : own}:${branch}`
    const open = [...repository.pulls.values()].filter(pull => pull.state === 'open' && pull.base.ref === base)
    if (open.some(pull => headOf(pull) === label)) {
      const message = `A pull request already exists for ${label}.`
      throw new Refused(422, 'Validation Failed', [{ resource: 'PullRequest', code: 'custom', message }])
    }
    const tips = { head: await commitOf(repository, branch), base: await commitOf(repository, base) }
    for (const [field, sha] of Object.entries(tips)) {
      if (sha === undefined)
        throw new Refused(422, 'Validation Failed', [{ resource: 'PullRequest', field, code: 'invalid' }])
    }
    if (tips.head === tips.base) {
      const message = `No commits between ${base} and ${branch}`
      throw new Refused(422, 'Validation Failed', [{ resource: 'PullRequest', code: 'custom', message }])
    }
    const place = {
      head: { ref: branch, sha: found(tips.head), repository: repository.name },
      base: { ref: base, sha: found(tips.base) },
    }
    const pull = addPull(state, repository, { title, body, draft, author: login, ...place }, time(now))
    return { status: 201, body: shownPull(call, pull) }
  },
  'PATCH /repos/{owner}/{repo}/pulls/{pull_number}': call => {
    const pull = pullOf(call)
    const { title = pull.title, body = pull.body, state = pull.state } = changeSchema.parse(call.body ?? {})
    const closedAt = state === 'closed' ? (pull.closedAt ?? time(call.now)) : null
    Object.assign(pull, { title, body, state, closedAt, updatedAt: time(call.now) })
    return { status: 200, body: shownPull(call, pull) }
  },
}

function pullOf({ repository, path }: RepositoryCall): Pull {
  return found(repository.pulls.get(Number(path.pull_number)))
}

/** As the list is filtered: `owner:branch`. */
function headOf({ head }: Pull): string {
  return `${head.repository.split('/')[0]}:${head.ref}`
}

function shownPull({ state, repository, api }: RepositoryCall, pull: Pull) {
  const from = state.repositories.get(pull.head.repository)
  const end = (name: string, { ref, sha }: { ref: string; sha: string }, repo: Repository | undefined) => ({
    label: `${name.split('/')[0]}:${ref}`,
    ref,
    sha,
    user: user(name.split('/')[0] ?? ''),
    repo: repo ? shown(repo, api) : null,
  })
  return {
    id: pull.id,
    number: pull.number,
    title: pull.title,
    body: pull.body,
    user: user(pull.author),
    state: pull.state,
    draft: pull.draft,
    merged: pull.merged,
    locked: false,
    created_at: pull.createdAt,
    updated_at: pull.updatedAt,
    closed_at: pull.closedAt,
    merged_at: pull.merged ? pull.closedAt : null,
    labels: pull.labels.map(name => {
      const label = shownLabel(repository, name)
      // In a list of pull requests GitHub describes no label without a text.
      return { ...label, description: label.description ?? '', node_id: '', url: '', default: false }
    }),
    head: end(pull.head.repository, pull.head, from),
    base: end(repository.name, pull.base, repository),
    url: `${api}/repos/${repository.name}/pulls/${pull.number}`,
    html_url: `https://github.com/${repository.name}/pull/${pull.number}`,
    author_association: 'CONTRIBUTOR',
    mergeable_state: 'clean',
  }
}
