import { explainError } from '../../configuration/index.ts'
import { type GitHub, GitHubError, getPull, type Pull } from '../../github/index.ts'
import type { Clock, Log } from '../../host/index.ts'
import type { ClusterHost } from '../../kubernetes/index.ts'
import type { Owner } from './marker.ts'
import { previewName } from './name.ts'
import type { PreviewSettings } from './request.ts'

/** The outside world as a preview touches it. */
export type PreviewHost = {
  /** GitHub's API, with a token that may write the application repository's pull requests and deployments. */
  github: GitHub
  clock: Clock
  log: Log
  fetch: typeof fetch
  signal: AbortSignal
  kubernetes: ClusterHost
  /** The page of the workflow's run. */
  runUrl?: string
}

/** `left`: what was left out already, and said. */
export type Host = PreviewHost & { left: Set<string> }

/** One pull request of one app. */
export type Session = PreviewSettings & {
  host: Host
  number: number
  /** Of the preview, its Application, namespace and environment. */
  name: string
  url?: string
  owner: Owner
}

export function openSession(settings: PreviewSettings, number: number, host: Host): Session {
  const { app, author, urlOf } = settings
  const name = previewName(app, number)
  return {
    ...settings,
    host,
    number,
    name,
    ...(urlOf && { url: urlOf(number) }),
    owner: { app, number, author },
  }
}

/** The pull request as it is at this moment. */
export function look({ host, repository, number }: Session): Promise<Pull> {
  return getPull(host.github, repository, number)
}

/** Does what a preview can go without; where GitHub refuses it, one warning says why, the permission named. */
export async function optional<T>({ host }: Pick<Session, 'host'>, what: string, act: () => Promise<T>) {
  try {
    return await act()
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error
    if (!host.left.has(what)) host.log.warning(`${what} is left out: ${explainError(error)}`)
    host.left.add(what)
    return undefined
  }
}
