/** What a GitHub knows, as plain data: a test reads it, and sets up what it needs. Times are ISO texts. */
export type State = {
  repositories: Map<string, Repository>
  tokens: Map<string, TokenState>
  apps: Map<string, AppState>
  /** Counts up for everything that has an id. */
  nextId: number
}

/** `read < write < admin`, by GitHub's names (`pull_requests`). Metadata may be read with any token. */
export type Permissions = Readonly<Record<string, 'read' | 'write' | 'admin'>>

export type TokenState = {
  token: string
  /** `installation`: of an App, or a workflow's own. `user`: a personal one. */
  kind: 'installation' | 'user'
  login: string
  /** Names of repositories that it reaches; others are hidden when they are private. */
  repositories: readonly string[]
  permissions: Permissions
  /** Milliseconds since the epoch; it is refused from then on. */
  expiresAt: number
}

export type AppState = {
  id: number
  clientId: string
  slug: string
  /** PEM, of the key with which it signs. */
  publicKey: string
  installations: Installation[]
}

export type Installation = { id: number; owner: string; repositories: readonly string[]; permissions: Permissions }

export type Repository = {
  id: number
  /** `owner/name`. */
  name: string
  /** Names that redirect here since it was renamed. */
  formerNames: string[]
  private: boolean
  defaultBranch: string
  /** The folder of a bare repository, where commits, contents and refs are asked for. */
  folder: string | undefined
  /** By user: `admin`, `write`, `read`; others have none, or read a public one. */
  collaborators: Map<string, string>
  labels: Map<string, { id: number; color: string; description: string | null }>
  pulls: Map<number, Pull>
  comments: Comment[]
  deployments: Deployment[]
  checks: CheckRun[]
  workflows: Map<string, Workflow>
  runs: Run[]
  /** What `POST /dispatches` sent. */
  events: { event: string; payload: unknown }[]
}

export type Pull = {
  id: number
  number: number
  title: string
  body: string | null
  author: string
  state: 'open' | 'closed'
  merged: boolean
  draft: boolean
  head: { ref: string; sha: string; repository: string }
  base: { ref: string; sha: string }
  labels: string[]
  createdAt: string
  updatedAt: string
  closedAt: string | null
}

export type Comment = {
  id: number
  /** The or pull request's. */
  number: number
  author: string
  body: string
  createdAt: string
  updatedAt: string
}

export type Deployment = {
  id: number
  ref: string
  sha: string
  task: string
  environment: string
  payload: unknown
  description: string | null
  transient: boolean
  production: boolean
  creator: string
  createdAt: string
  /** Newest last. */
  statuses: DeploymentStatus[]
}

export type DeploymentStatus = {
  id: number
  state: string
  description: string
  logUrl: string
  environmentUrl: string
  createdAt: string
}

export type CheckRun = {
  id: number
  name: string
  sha: string
  externalId: string
  detailsUrl: string | null
  status: string
  conclusion: string | null
  startedAt: string | null
  completedAt: string | null
  title: string | null
  summary: string | null
  text: string | null
  annotations: Record<string, unknown>[]
  /** The login of the App that made it, which alone may change it; anybody's when left out. */
  creator?: string
}

export type Workflow = {
  id: number
  /** For example `promote.yml`. */
  file: string
  state: 'active' | 'disabled_manually'
  /** The inputs of its `workflow_dispatch`; undefined when it has none. */
  inputs: readonly string[] | undefined
  required: readonly string[]
  /** What its `run-name` makes of the inputs. */
  runName: (inputs: Readonly<Record<string, string>>) => string
}

export type Run = {
  id: number
  workflow: string
  event: string
  ref: string
  sha: string
  title: string
  status: 'queued' | 'in_progress' | 'waiting' | 'completed'
  conclusion: string | null
  inputs: Readonly<Record<string, string>>
  jobs: Job[]
  /** What people said of the environments that its jobs waited for. */
  reviews: { state: 'approved' | 'rejected'; comment: string; login: string; environments: string[] }[]
  createdAt: string
}

export type Job = {
  id: number
  name: string
  status: 'queued' | 'in_progress' | 'waiting' | 'completed'
  conclusion: string | null
  /** Whose reviewers it waits for. */
  environment?: string
}

export function newRepository(id: number, name: string): Repository {
  return {
    id,
    name,
    formerNames: [],
    private: true,
    defaultBranch: 'main',
    folder: undefined,
    collaborators: new Map(),
    labels: new Map(),
    pulls: new Map(),
    comments: [],
    deployments: [],
    checks: [],
    workflows: new Map(),
    runs: [],
    events: [],
  }
}
