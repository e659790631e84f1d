import { z } from 'zod'
import { parseJson } from '../configuration/index.ts'
import type { GitHub } from './client.ts'
import { inRepository } from './repository.ts'

export type DeploymentState = 'queued' | 'in_progress' | 'success' | 'failure' | 'error' | 'inactive'

export type NewDeployment = {
  /** A branch, tag or commit. */
  ref: string
  environment: string
  /** What kind of deployment it is; the list can be asked for one kind. */
  task: string
  /** By which it is found again. */
  payload: Readonly<Record<string, string>>
  description: string
  /** An environment that will be gone some day, such as a preview. */
  transient?: boolean
  /** One that people use. */
  production?: boolean
}

/** A deployment as it is on GitHub. */
export type Deployment = {
  id: number
  ref: string
  sha: string
  environment: string
  payload: Readonly<Record<string, string>>
}

export type DeploymentStatus = {
  state: DeploymentState
  description: string
  /** The page of the run. */
  logUrl?: string
  /** Where what was deployed can be seen. */
  environmentUrl?: string
}

/** GitHub gives a payload back as an object, or as the text it was sent as; one of others may be anything. */
const payload = z.unknown().transform((given): Record<string, string> => {
  const parsed = z.record(z.string(), z.unknown()).safeParse(typeof given === 'string' ? parseJson(given) : given)
  if (!parsed.success) return {}
  const texts = Object.entries(parsed.data).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  return Object.fromEntries(texts)
})

const deployment = z.looseObject({
  id: z.number(),
  ref: z.string(),
  sha: z.string(),
  environment: z.string(),
  payload,
})
const statusesRoute = '/repos/{owner}/{repo}/deployments/{deployment_id}/statuses'
const status = z.looseObject({ state: z.string(), description: z.string().nullish() })

/**
 * The newest of a repository's deployments, newest first, `most` of them (100 at most); of one environment or one task
 * where it is named. Needs `deployments: read`.
 */
export function listDeployments(
  github: GitHub,
  repository: string,
  filter: { environment?: string; task?: string } = {},
  most = 100,
): Promise<Deployment[]> {
  const parameters = { ...inRepository(repository), ...filter, per_page: most }
  return github.get('GET /repos/{owner}/{repo}/deployments', parameters, z.array(deployment))
}

/**
 * Creates a deployment, and the environment if need be. It neither merges anything nor waits for the commit's checks,
 * which may be the ones that it is to be followed by. Needs `deployments: write`.
 */
export function createDeployment(github: GitHub, repository: string, wanted: NewDeployment): Promise<Deployment> {
  const { transient = false, production = false, description, ...named } = wanted
  const { environment, task } = wanted
  return github.change({
    route: 'POST /repos/{owner}/{repo}/deployments',
    parameters: {
      ...inRepository(repository),
      ...named,
      description: cut(description),
      auto_merge: false,
      required_contexts: [],
      transient_environment: transient,
      production_environment: production,
    },
    schema: deployment,
    find: async () => {
      const newest = await listDeployments(github, repository, { environment, task })
      return newest.find(found => samePayload(found.payload, wanted.payload))
    },
  })
}

/** The state that a deployment was last given; undefined for one that never had any. Needs `deployments: read`. */
export async function latestState(github: GitHub, repository: string, id: number): Promise<string | undefined> {
  const parameters = { ...inRepository(repository), deployment_id: id, per_page: 1 }
  const [newest] = await github.get(`GET ${statusesRoute}`, parameters, z.array(status))
  return newest?.state
}

/**
 * Gives a deployment a status. GitHub makes the deployments before it of the same environment inactive when this one
 * succeeds, but not those of production environments. Needs `deployments: write`.
 */
export async function addStatus(github: GitHub, repository: string, id: number, given: DeploymentStatus) {
  const { state, description, logUrl, environmentUrl } = given
  await github.change({
    route: `POST ${statusesRoute}`,
    parameters: {
      ...inRepository(repository),
      deployment_id: id,
      state,
      description: cut(description),
      ...(logUrl !== undefined && { log_url: logUrl }),
      ...(environmentUrl !== undefined && { environment_url: environmentUrl }),
      auto_inactive: true,
    },
    schema: status,
    find: async () => {
      const parameters = { ...inRepository(repository), deployment_id: id, per_page: 10 }
      const newest = await github.get(`GET ${statusesRoute}`, parameters, z.array(status))
      // A deployment after this one may have made it inactive meanwhile: that comes on top.
      const last = newest.find(found => found.state === state || found.state !== 'inactive')
      return last?.state === state && last.description === cut(description) ? last : undefined
    },
  })
}

/** Whether two payloads say the same. */
export function samePayload(one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): boolean {
  const keys = Object.keys(one)
  return keys.length === Object.keys(other).length && keys.every(key => one[key] === other[key])
}

/** GitHub takes descriptions of 140 characters. */
function cut(text: string): string {
  const line = text.replace(/[\s\p{Cc}]+/gu, ' ').trim()
  return line.length > 140 ? `${line.slice(0, 139)}…` : line
}
