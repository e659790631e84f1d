import { z } from 'zod'
import { type Application, applications, eventually, settled } from '../simulator/index.ts'
import { apps, type Scene } from './scene.ts'

/** Waits until every app is Synced and Healthy on every cluster. */
export async function everythingSettled({ fleet }: Scene): Promise<void> {
  const count = apps.length * Object.keys(fleet.clusters).length
  await eventually(
    'every app is Synced and Healthy everywhere',
    async () => {
      const all = await applications(fleet.hub.client, 'stovepipe.dev/app')
      return all.length === count && all.every(application => settled(application))
    },
    { timeout: 200_000, interval: 500 },
  )
}

/** The Application of an app on a cluster, as Argo CD has it. */
export async function applicationOf({ fleet }: Scene, app: string, cluster: string): Promise<Application> {
  const selector = `stovepipe.dev/app=${app},stovepipe.dev/cluster=${cluster}`
  const [application] = await applications(fleet.hub.client, selector)
  if (application === undefined) throw new Error(`no Application of ${app} on ${cluster}`)
  return application
}

/** Scales the web app on a cluster as its autoscaler would, which only stands in here. */
export async function scale(scene: Scene, cluster: string, replicas: number): Promise<void> {
  const metadata = { name: 'storefront', namespace: 'storefront' }
  const rollout = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', metadata }
  await apiOf(scene, cluster).client.patch(rollout, { spec: { replicas } })
}

const workload = z.object({
  spec: z.object({ template: z.object({ spec: z.object({ containers: z.array(z.object({ image: z.string() })) }) }) }),
})

/** The digest that a cluster's own API says the app's workload is told to run. */
export async function digestOn(scene: Scene, cluster: string, app: string): Promise<string> {
  const type =
    app === 'coolkit'
      ? { apiVersion: 'apps/v1', kind: 'StatefulSet' }
      : { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout' }
  const found = await apiOf(scene, cluster).client.get({ ...type, metadata: { name: app, namespace: app } })
  return workload.parse(found).spec.template.spec.containers[0]?.image.split('@')[1] ?? 'none'
}

const analysisRuns = z.object({
  items: z.array(z.object({ status: z.object({ phase: z.string(), message: z.string().default('') }) })),
})

/** What the failed AnalysisRuns of the web app on a cluster say. */
export async function failedAnalyses(scene: Scene, cluster: string): Promise<string[]> {
  const { client } = apiOf(scene, cluster)
  const list = await client.list('argoproj.io/v1alpha1', 'AnalysisRun', { namespace: 'storefront' })
  return analysisRuns
    .parse(list)
    .items.filter(({ status }) => status.phase === 'Failed')
    .map(({ status }) => status.message)
}

function apiOf({ fleet }: Scene, cluster: string) {
  const api = fleet.clusters[cluster]
  if (api === undefined) throw new Error(`no cluster ${cluster}`)
  return api
}
