import { z } from 'zod'
import { found, type Handlers, newId, Refused, type RepositoryCall, time } from './call.ts'
import { commitOf } from './commits.ts'
import type { Deployment, DeploymentStatus } from './state.ts'
import { user } from './users.ts'

const newSchema = z.object({
  ref: z.string(),
  task: z.string().default('deploy'),
  environment: z.string().default('production'),
  payload: z.unknown().default({}),
  description: z.string().nullish(),
  auto_merge: z.boolean().default(true),
  required_contexts: z.array(z.string()).optional(),
  transient_environment: z.boolean().default(false),
  production_environment: z.boolean().optional(),
})
const statusSchema = z.object({
  state: z.string(),
  description: z.string().default(''),
  log_url: z.string().default(''),
  environment_url: z.string().default(''),
  auto_inactive: z.boolean().default(true),
})
/** GitHub's own limit, which its description has for statuses alone. */
const longest = 140

export const deploymentHandlers: Handlers<RepositoryCall> = {
  'GET /repos/{owner}/{repo}/deployments': call => {
    const filters = (['sha', 'ref', 'task', 'environment'] as const).map(name => [name, call.query[name]] as const)
    const list = [...call.repository.deployments].reverse()
    return {
      list: list
        .filter(deployment => filters.every(([name, value]) => value === undefined || deployment[name] === value))
        .map(deployment => shownDeployment(call, deployment)),
    }
  },
  'POST /repos/{owner}/{repo}/deployments': async call => {
    const { state, repository, login, now } = call
    const wanted = newSchema.parse(call.body)
    const sha = await commitOf(repository, wanted.ref)
    if (sha === undefined) throw new Refused(422, `No ref found for: ${wanted.ref}`)
    if ((wanted.description ?? '').length > longest) {
      throw new Refused(422, 'Validation Failed', [{ resource: 'Deployment', code: 'custom', field: 'description' }])
    }
    checkContexts(call, wanted.required_contexts, sha)
    const deployment: Deployment = {
      id: newId(state),
      ref: wanted.ref,
      sha,
      task: wanted.task,
      environment: wanted.environment,
      payload: wanted.payload,
      description: wanted.description ?? null,
      transient: wanted.transient_environment,
      production: wanted.production_environment ?? wanted.environment === 'production',
      creator: login,
      createdAt: time(now),
      statuses: [],
    }
    repository.deployments.push(deployment)
    return { status: 201, body: shownDeployment(call, deployment) }
  },
  'GET /repos/{owner}/{repo}/deployments/{deployment_id}': call => ({
    status: 200,
    body: shownDeployment(call, deploymentOf(call)),
  }),
  'DELETE /repos/{owner}/{repo}/deployments/{deployment_id}': call => {
    const deployment = deploymentOf(call)
    const { deployments } = call.repository
    const state = deployment.statuses.at(-1)?.state
    if (deployments.length > 1 && state !== 'inactive') {
      throw new Refused(
        422,
        'We cannot delete an active deployment unless it is the only deployment in a given environment.',
      )
    }
    deployments.splice(deployments.indexOf(deployment), 1)
    return { status: 204 }
  },
  'GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses': call => {
    const deployment = deploymentOf(call)
    return { list: [...deployment.statuses].reverse().map(status => shownStatus(deployment, status)) }
  },
  'POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses': call => {
    const deployment = deploymentOf(call)
    const wanted = statusSchema.parse(call.body)
    if (wanted.description.length > longest) {
      throw new Refused(422, 'Validation Failed', [
        { resource: 'DeploymentStatus', code: 'custom', field: 'description' },
      ])
    }
    const add = (to: Deployment, state: string): DeploymentStatus => {
      const { description, log_url: logUrl, environment_url: environmentUrl } = wanted
      const made = { id: newId(call.state), state, description, logUrl, environmentUrl, createdAt: time(call.now) }
      to.statuses.push(made)
      return made
    }
    const status = add(deployment, wanted.state)
    if (wanted.state === 'success' && wanted.auto_inactive) {
      for (const earlier of call.repository.deployments) {
        if (isReplaced(earlier, deployment)) add(earlier, 'inactive')
      }
    }
    return { status: 201, body: shownStatus(deployment, status) }
  },
}

/** "All prior non-transient, non-production environment deployments with the same environment name" become inactive. */
function isReplaced(earlier: Deployment, deployment: Deployment): boolean {
  const last = earlier.statuses.at(-1)?.state
  return (
    earlier.id < deployment.id &&
    earlier.environment === deployment.environment &&
    !earlier.transient &&
    !earlier.production &&
    last !== undefined &&
    last !== 'inactive'
  )
}

/** Without `required_contexts` GitHub wants every check of the commit to have passed. */
function checkContexts({ repository }: RepositoryCall, contexts: readonly string[] | undefined, sha: string) {
  const checks = repository.checks.filter(check => check.sha === sha)
  const wanted = contexts === undefined ? checks : checks.filter(({ name }) => contexts.includes(name))
  if (wanted.some(({ conclusion }) => !['success', 'neutral', 'skipped'].includes(conclusion ?? ''))) {
    throw new Refused(409, `Conflict: Commit status checks failed for ${sha}.`)
  }
}

function deploymentOf({ repository, path }: RepositoryCall): Deployment {
  return found(repository.deployments.find(({ id }) => String(id) === path.deployment_id))
}

function shownDeployment({ repository, api }: RepositoryCall, deployment: Deployment) {
  const { id, ref, sha, task, environment, payload, description, creator, createdAt } = deployment
  return {
    id,
    ref,
    sha,
    task,
    environment,
    original_environment: environment,
    payload,
    description,
    creator: user(creator),
    created_at: createdAt,
    updated_at: deployment.statuses.at(-1)?.createdAt ?? createdAt,
    transient_environment: deployment.transient,
    production_environment: deployment.production,
    url: `${api}/repos/${repository.name}/deployments/${id}`,
    statuses_url: `${api}/repos/${repository.name}/deployments/${id}/statuses`,
  }
}

function shownStatus({ environment, creator }: Deployment, status: DeploymentStatus) {
  return {
    id: status.id,
    state: status.state,
    description: status.description,
    environment,
    log_url: status.logUrl,
    target_url: status.logUrl,
    environment_url: status.environmentUrl,
    creator: user(creator),
    created_at: status.createdAt,
    updated_at: status.createdAt,
  }
}
