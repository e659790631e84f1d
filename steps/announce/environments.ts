import {
  addStatus,
  createDeployment,
  type Deployment,
  type DeploymentState,
  type GitHub,
  latestState,
  listDeployments,
} from '../../github/index.ts'
import type { Cluster } from '../../gitops/fleet/index.ts'
import type { Move } from './moves.ts'

/** A deployment as it should be shown. */
export type Shown = {
  app: string
  move: Move
  cluster: Cluster | undefined
  /** The commit that it is shown at; undefined where nobody knows it. */
  commit(): Promise<string | undefined>
  /** What becomes of a deployment before it that had no verdict yet. */
  fateOf(before: Deployment): { state: DeploymentState; description: string }
}

/** Deployments of an environment that are looked through for one that was created before: it is the newest, or nearly. */
const mostOfOne = 10
/** How many deployments of an environment are looked at for one that is not settled: a failed one may be in between. */
const mostBefore = 5

/** Settled: no status follows. */
const settled: readonly string[] = ['inactive', 'failure', 'error']

/**
 * The environments page of a repository: one environment for each app and cluster, in it a deployment for each pin, a
 * rollback being one of the release that it restored. Everything is looked up before it is made, so that any run goes
 * on with what another one began.
 */
export function openEnvironments(github: GitHub, repository: string, runUrl: string | undefined) {
  /** What no run changes any more. The rest is asked for each time: a rollback may tell of it beside a promotion. */
  const over = new Map<number, string>()

  function deploymentsOf({ app, move }: Pick<Shown, 'app' | 'move'>): Promise<Deployment[]> {
    const environment = environmentOf(app, move.cluster)
    return listDeployments(github, repository, { environment, task: taskOf(app) }, mostOfOne)
  }

  /** The newest deployment of a move, and those of its environment before it: all of them where it has none. */
  async function lookUp(shown: Pick<Shown, 'app' | 'move'>) {
    const all = await deploymentsOf(shown)
    const { cluster, parent } = shown.move // no two pins of a cluster were written on the same commit
    const at = all.findIndex(({ payload }) => payload.cluster === cluster && payload.parent === parent)
    return { newest: all[at], before: all.slice(at + 1) }
  }

  async function stateOf({ id }: Deployment): Promise<string | undefined> {
    const state = over.get(id) ?? (await latestState(github, repository, id))
    if (state !== undefined && settled.includes(state)) over.set(id, state)
    return state
  }

  async function tell({ id }: Deployment, state: DeploymentState, description: string): Promise<void> {
    over.delete(id)
    await addStatus(github, repository, id, { state, description, ...(runUrl && { logUrl: runUrl }) })
  }

  async function create({ app, move, cluster, commit }: Shown): Promise<Deployment | undefined> {
    const ref = await commit()
    if (ref === undefined) return undefined
    return createDeployment(github, repository, {
      ref,
      environment: environmentOf(app, move.cluster),
      task: taskOf(app),
      payload: payloadOf(app, move),
      description: descriptionOf(move),
      production: isProduction(cluster),
    })
  }

  /**
   * What was there before: without a verdict it gets its fate, and once this one runs, nothing else does. GitHub itself
   * takes care of that for environments that are not for production alone.
   */
  async function closeBefore(shown: Shown, before: readonly Deployment[]): Promise<void> {
    for (const each of before.slice(0, mostBefore)) {
      const state = await stateOf(each)
      if (state !== undefined && settled.includes(state)) continue
      if (state !== 'success') {
        const fate = shown.fateOf(each)
        await tell(each, fate.state, fate.description)
      } else if (shown.move.standing.state === 'success') {
        await tell(each, 'inactive', `${shown.move.to.tag} took its place`)
      }
    }
  }

  return {
    /** Brings about that a move is shown as it stands. Throws a GitHubError. */
    async show(shown: Shown): Promise<void> {
      const { state, detail } = shown.move.standing
      const { newest, before } = await lookUp(shown)
      // The last thing that is told of a move is its own state: where that is right, so is the rest.
      if (newest && (await stateOf(newest)) === state) return
      const created = newest ? undefined : await create(shown)
      await closeBefore(shown, before)
      const deployment = newest ?? created
      if (!deployment) return
      // Another run may have made one at the same time: of two, the newer one stands, and its run closes the other.
      const now = created && (await lookUp(shown))
      if (now?.newest && now.newest.id > deployment.id) return
      await tell(deployment, state, detail)
      if (now) await closeBefore(shown, now.before)
    },
    /** Whether a move is shown as it stands. Throws a GitHubError. */
    async isShown(shown: Pick<Shown, 'app' | 'move'>): Promise<boolean> {
      const { newest } = await lookUp(shown)
      return newest !== undefined && (await stateOf(newest)) === shown.move.standing.state
    },
  }
}

/** One kind of deployment for each app, so that the list can be asked for them alone. */
export const taskOf = (app: string) => `deploy:${app}`

/**
 * An app may have a repository with others, and always has one with others in the GitOps repository: so both names. They
 * are labels of at most 63 characters each, GitHub takes 255.
 */
export const environmentOf = (app: string, cluster: string) => `${app}/${cluster}`

/** A pin, named by what the record holds of it: the commit that it was written on, and when. */
function payloadOf(app: string, { cluster, to, at, parent }: Move): Record<string, string> {
  return { app, cluster, tag: to.tag, digest: to.digest, base: to.base, parent, at }
}

function descriptionOf({ how, to, cluster, wave }: Move): string {
  const where = wave === undefined ? cluster : `${cluster} (wave ${wave})`
  if (how === 'rollback') return `Rollback to ${to.tag} on ${where}`
  return how === 'joining' ? `${to.tag} to ${cluster}, which joins` : `${to.tag} to ${where}`
}

/** The label `environment` says it; a cluster without one is for production when it has a share of the traffic. */
function isProduction(cluster: Cluster | undefined): boolean {
  const environment = cluster?.labels.environment
  return environment === undefined ? cluster?.role !== undefined : /^prod(?:uction)?$/.test(environment)
}
