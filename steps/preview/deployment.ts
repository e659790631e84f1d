import {
  addStatus,
  createDeployment,
  type Deployment,
  type DeploymentState,
  latestState,
  listDeployments,
} from '../../github/index.ts'
import { timeOf } from './marker.ts'
import { previewName } from './name.ts'
import type { PreviewSettings } from './request.ts'
import { type Host, optional, type Session } from './session.ts'

/** What is left out where the token may not write deployments. */
const what = 'the deployment on GitHub'

type Told = { state: DeploymentState; description: string }

/** How far back deployments of one preview are looked at: each push made those before it inactive. */
const newest = 30

/**
 * The deployment of a head commit on GitHub, made if need be; it tells how it is, and is left out with a warning where
 * the token may not. `since`: when the preview was made ready, milliseconds.
 */
export async function openDeployment(session: Session, head: string, since: number) {
  const deployment = await optional(session, what, () => findOrCreate(session, head, since))
  const { url, host, repository } = session
  return {
    async tell({ state, description }: Told): Promise<void> {
      if (!deployment) return
      const status = {
        state,
        description,
        ...(host.runUrl !== undefined && { logUrl: host.runUrl }),
        ...(url !== undefined && { environmentUrl: url }),
      }
      await optional(session, what, () => addStatus(host.github, repository, deployment.id, status))
    },
  }
}

/** Makes the preview's deployments inactive, but for that of one head; gives whether any was not. */
export async function retireDeployments(session: Session, except?: string): Promise<boolean> {
  const { host, repository } = session
  const retired = await optional(session, what, async () => {
    let any = false
    for (const { id, payload } of (await list(session)).slice(0, newest)) {
      if (except !== undefined && payload.head === except) continue
      if ((await latestState(host.github, repository, id)) === 'inactive') continue
      await addStatus(host.github, repository, id, { state: 'inactive', description: 'The preview is gone' })
      any = true
    }
    return any
  })
  return retired ?? false
}

/** The newest deployment: of which commit, and since when in milliseconds; undefined where it is not active. */
export async function deployed(session: Session): Promise<{ head: string; since: number } | undefined> {
  const { host, repository } = session
  return optional(session, what, async () => {
    const [last] = await list(session)
    if (!last || (await latestState(host.github, repository, last.id)) === 'inactive') return undefined
    const since = timeOf(Number(last.payload.since), host.clock.now())
    return since === undefined ? undefined : { head: last.payload.head ?? '', since }
  })
}

/** The pull requests, but for some, that have deployments of the app's previews that are active, of the newest hundred. */
export async function pullsDeployed({ app, repository }: PreviewSettings, host: Host, except: readonly number[]) {
  const found = new Set<number>()
  await optional({ host }, what, async () => {
    for (const { id, environment, payload } of await listDeployments(host.github, repository, { task: taskOf(app) })) {
      const number = /^[1-9]\d{0,6}$/.test(payload.pull ?? '') ? Number(payload.pull) : undefined
      if (number === undefined || environment !== previewName(app, number)) continue // nothing that we made
      if (except.includes(number) || found.has(number)) continue
      if ((await latestState(host.github, repository, id)) !== 'inactive') found.add(number)
    }
  })
  return [...found]
}

async function findOrCreate(session: Session, head: string, since: number): Promise<Deployment> {
  const { host, repository, app, number, name } = session
  const found = (await list(session)).find(({ payload }) => payload.head === head)
  if (found && (await latestState(host.github, repository, found.id)) !== 'inactive') return found
  return createDeployment(host.github, repository, {
    ref: head,
    environment: name,
    task: taskOf(app),
    payload: { app, pull: String(number), head, since: String(since) },
    description: `Preview of ${app} for pull request ${number}`,
    transient: true,
  })
}

function list({ host, repository, name, app }: Session): Promise<Deployment[]> {
  return listDeployments(host.github, repository, { environment: name, task: taskOf(app) })
}

function taskOf(app: string): string {
  return `preview:${app}`
}
