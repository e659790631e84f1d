import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openGitHub } from '../../../github/index.ts'
import type { Log } from '../../../host/index.ts'
import { type PreviewInputs, type PreviewOutcome, parsePreviewInputs, preview } from '../../../steps/preview/index.ts'
import { VirtualClock } from '../../support/clock.ts'
import { type BareRepository, createRepository } from '../../support/git/index.ts'
import {
  type GitHubServer,
  type Permissions,
  type Pull,
  type Repository,
  startGitHub,
} from '../../support/github/index.ts'

export const app = 'coolkit'
export const name = 'acme/coolkit'
export const usual: Permissions = { pull_requests: 'write', deployments: 'write' }

/** A GitHub with the application's repository, and the step as a workflow's token runs it there. */
export type World = {
  server: GitHubServer
  clock: VirtualClock
  repository: Repository
  git: BareRepository
  logged: string[]
  /** Adds a pull request at a commit of its own. */
  open(given?: Partial<Pull>): Promise<Pull>
  /** Another commit for a pull request's branch, which it moves to. */
  push(pull: Pull): Promise<string>
  step(inputs: Partial<PreviewInputs>, options?: StepOptions): Promise<PreviewOutcome>
  /** From the label to the hand-over, as the workflow does it. */
  deploy(pull: Pull, inputs?: Partial<PreviewInputs>): Promise<PreviewOutcome>
  comments(pull: Pull): string[]
  /** The last state of each of the pull request's deployments, oldest first. */
  states(pull: Pull): string[]
  close(): Promise<void>
}

/** `after` is called when a request was answered, before the step hears of it. */
type StepOptions = {
  permissions?: Permissions
  login?: string
  after?: (request: string) => void | Promise<void>
  fetch?: typeof fetch
}

export async function startWorld(start?: number): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'stovepipe-preview-'))
  const clock = new VirtualClock(start)
  const server = await startGitHub({ now: () => clock.now() })
  const git = await createRepository(join(folder, 'coolkit.git'), { 'README.md': '# coolkit\n' })
  const repository = server.repository(name, { folder: join(folder, 'coolkit.git') })
  server.repository('mallory/coolkit', { private: false })
  const logged: string[] = []
  const line = (text: string) => void logged.push(text)
  const log: Log = { debug() {}, info: line, warning: line, error: line }
  let commits = 0
  const commit = () => git.commit({ 'file.txt': `${++commits}\n` }, { message: `Commit ${commits}` })

  const world: World = {
    server,
    clock,
    repository,
    git,
    logged,
    async open(given = {}) {
      const head = { ref: 'a-branch', sha: await commit(), repository: name, ...given.head }
      return server.pull(name, { title: 'A change', labels: ['preview'], ...given, head })
    },
    async push(pull) {
      pull.head.sha = await commit()
      return pull.head.sha
    },
    step(inputs, { permissions = usual, login, after, fetch: fetched = fetch } = {}) {
      const token = server.token({ repositories: [name], permissions, ...(login !== undefined && { login }) })
      const heard: typeof fetch = async (address, init) => {
        const response = await fetched(address, init)
        const { pathname } = new URL(String(address))
        await after?.(`${init?.method ?? 'GET'} ${pathname.replace(/^\/repos\/acme\/coolkit/, '')}`)
        return response
      }
      const { signal } = new AbortController()
      return preview(parsePreviewInputs({ ...empty, app, repository: name, ...inputs }), {
        github: openGitHub({ api: server.url, token, fetch: heard, clock, log, signal }),
        clock,
        log,
        fetch: fetched,
        signal,
        kubernetes: { env: {}, cwd: folder, mask() {} },
        runUrl: 'https://github.com/acme/coolkit/actions/runs/7',
      })
    },
    async deploy(pull, inputs = {}) {
      const begun = await world.step({ mode: 'begin', number: String(pull.number), ...inputs })
      if (begun.build !== 'push') return begun
      return world.step({ ...built(pull), started: new Date(begun.started ?? 0).toISOString(), ...inputs })
    },
    comments: pull => repository.comments.filter(({ number }) => number === pull.number).map(({ body }) => body),
    states: pull =>
      repository.deployments
        .filter(({ environment }) => environment === `preview-${app}-pr-${pull.number}`)
        .map(({ statuses }) => statuses.at(-1)?.state ?? 'none'),
    async close() {
      await server.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
  return world
}

/** For `after`: calls `then` the first time that such a request was answered. */
export function onceAfter(moment: string, then: () => unknown): (request: string) => Promise<void> {
  let done = false
  return async request => {
    if (done || request.replace(/(deployments\/)\d+/, '$1{id}') !== moment) return
    done = true
    await then()
  }
}

/** The inputs of `ready` for a pull request's head. */
export function built({ number, head }: Pull): Partial<PreviewInputs> {
  const image = `ghcr.io/acme/coolkit:sha-${head.sha.slice(0, 12)}@sha256:${'a'.repeat(64)}`
  return { mode: 'ready', number: String(number), head: head.sha, image }
}

export const empty: PreviewInputs = {
  mode: '',
  app: '',
  repository: '',
  number: '',
  head: '',
  image: '',
  built: '',
  started: '',
  url: '',
  label: 'preview',
  limit: '',
  lifetime: '',
  observer: '',
  wait: '',
  'comment-author': '',
}
