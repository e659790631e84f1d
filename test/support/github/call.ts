import type { Operation } from './operations.ts'
import type { AppState, Repository, State, TokenState } from './state.ts'

/** One request that was found to be allowed and well formed. */
export type Call = {
  state: State
  /** What the path names, decoded. */
  path: Readonly<Record<string, string>>
  query: Readonly<Record<string, string>>
  body: unknown
  /** The token's user, or the App's. */
  login: string
  token: TokenState | undefined
  app: AppState | undefined
  /** Milliseconds since the epoch. */
  now: number
  /** The API's address. */
  api: string
}

export type RepositoryCall = Call & { repository: Repository }

/** A list is cut into pages by the server; `under` names it beside `total_count`. */
export type Reply = { status: number; body?: unknown } | { list: readonly unknown[]; under?: string; beside?: object }

export type Handler<C> = (call: C) => Reply | Promise<Reply>
export type Handlers<C> = { readonly [operation in Operation]?: Handler<C> }

/** A refusal in GitHub's words. */
export class Refused extends Error {
  readonly status: number
  readonly errors: readonly unknown[] | undefined

  constructor(status: number, message: string, errors?: readonly unknown[]) {
    super(message)
    this.status = status
    this.errors = errors
  }
}

export function notFound(): Refused {
  return new Refused(404, 'Not Found')
}

/** What a state holds under an id, or GitHub's 404. */
export function found<T>(value: T | undefined): T {
  if (value === undefined) throw notFound()
  return value
}

/** GitHub's times are in whole seconds. */
export function time(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`
}

export function newId(state: State): number {
  return state.nextId++
}
