import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { newId, time } from './call.ts'
import { addPull } from './pulls.ts'
import {
  newRepository,
  type Permissions,
  type Pull,
  type Repository,
  type Run,
  type State,
  type Workflow,
} from './state.ts'

/** What a test sets up before something is asked. */
export type Scene = {
  /** Adds a repository, a private one unless it is said to be public. `folder` is that of a bare repository. */
  repository(name: string, given?: Partial<Repository>): Repository
  /** Adds an open pull request, from the repository itself unless `head.repository` says otherwise. */
  pull(repository: string, given: Partial<Pull> & Pick<Pull, 'title'>): Pull
  /** Adds a workflow, with `workflow_dispatch` unless `inputs` is undefined. */
  workflow(repository: string, file: string, given?: Partial<Workflow>): Workflow
  /** Adds a run of a workflow, `in_progress` on the default branch unless said otherwise. */
  run(repository: string, given: Partial<Run> & Pick<Run, 'workflow'>): Run
  /** Makes a token such as a workflow's own: of an installation, for an hour. */
  token(given: { repositories: readonly string[]; permissions: Permissions } & TokenExtras): string
  /** Makes an App that is installed on repositories of one owner. */
  app(given: { repositories: readonly string[]; permissions: Permissions }): { clientId: string; privateKey: string }
}

type TokenExtras = { kind?: 'installation' | 'user'; login?: string; expiresAt?: number }

export function startScene(state: State, now: () => number): Scene {
  const repositoryOf = (name: string) => {
    const repository = state.repositories.get(name)
    if (!repository) throw new Error(`there is no repository ${name}: add it first`)
    return repository
  }
  return {
    repository(name, given = {}) {
      const repository = { ...newRepository(newId(state), name), ...given }
      state.repositories.set(name, repository)
      return repository
    },
    pull(name, given) {
      const head = { ref: 'a-branch', sha: randomBytes(20).toString('hex'), repository: name }
      return addPull(state, repositoryOf(name), { author: 'someone', head, ...given }, time(now()))
    },
    workflow(name, file, given = {}) {
      const runName = () => file.replace(/\.ya?ml$/, '')
      const usual: Workflow = { id: newId(state), file, state: 'active', inputs: [], required: [], runName }
      const workflow = { ...usual, ...given }
      repositoryOf(name).workflows.set(file, workflow)
      return workflow
    },
    run(name, given) {
      const repository = repositoryOf(name)
      const run: Run = {
        id: newId(state),
        event: 'workflow_dispatch',
        ref: repository.defaultBranch,
        sha: 'c'.repeat(40),
        title: given.workflow,
        status: 'in_progress',
        conclusion: null,
        inputs: {},
        jobs: [],
        reviews: [],
        createdAt: time(now()),
        ...given,
      }
      repository.runs.push(run)
      return run
    },
    token({ repositories, permissions, kind = 'installation', login, expiresAt }) {
      const token = `${kind === 'installation' ? 'ghs' : 'ghp'}_${randomBytes(18).toString('hex')}`
      state.tokens.set(token, {
        token,
        kind,
        login: login ?? (kind === 'installation' ? 'github-actions[bot]' : 'someone'),
        repositories,
        permissions,
        expiresAt: expiresAt ?? now() + 3_600_000,
      })
      return token
    },
    app({ repositories, permissions }) {
      const { publicKey, privateKey } = generateKeyPairSync('rsa', {
        modulusLength: 2048,
        publicKeyEncoding: { type: 'spki', format: 'pem' },
        privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
      })
      const id = newId(state)
      const clientId = `Iv23li${randomBytes(7).toString('hex')}`
      const owner = repositories[0]?.split('/')[0] ?? 'acme'
      const installation = { id: newId(state), owner, repositories, permissions }
      state.apps.set(clientId, { id, clientId, slug: 'stovepipe', publicKey, installations: [installation] })
      state.apps.set(String(id), { id, clientId, slug: 'stovepipe', publicKey, installations: [installation] })
      return { clientId, privateKey }
    },
  }
}
