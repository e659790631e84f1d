import type { ApiServer } from './api-server.ts'
import { type ArgoCdApi, signIn } from './argocd-api.ts'
import {
  argoCdRoles,
  startApplicationController,
  startApplicationSetController,
  startArgoCdServer,
  startRedis,
  startRepositoryServer,
} from './argocd-roles.ts'
import { settings } from './argocd-settings.ts'
import { createCrds } from './crds.ts'
import type { Running } from './process.ts'
import type { Site } from './site.ts'

/** Argo CD as it runs; a test may hold its application controller back. */
export type ArgoCd = ArgoCdApi & { controller: Running }

/** Installs Argo CD on an API server in the namespace `argocd`, starts all of it, and gives its API. */
export async function startArgoCd(site: Site, server: ApiServer): Promise<ArgoCd> {
  await installArgoCd(server)
  const start = await argoCdRoles(site, server)
  const redis = await startRedis(site)
  const repositories = await startRepositoryServer(start, redis)
  const controller = await startApplicationController(start, redis, repositories)
  await startApplicationSetController(start, repositories)
  return { ...(await signIn(await startArgoCdServer(start, redis, repositories), server.client)), controller }
}

/** Only what turns ApplicationSets into Applications; nothing looks at these. Gives the controller's process. */
export async function startApplicationSets(site: Site, server: ApiServer): Promise<Running> {
  await installArgoCd(server)
  const start = await argoCdRoles(site, server)
  return startApplicationSetController(start, await startRepositoryServer(start, await startRedis(site)))
}

async function installArgoCd({ client }: ApiServer): Promise<void> {
  await createCrds(client, 'argo-cd', 'github.com/argoproj/argo-cd/v3', 'manifests/crds')
  for (const object of await settings()) await client.apply(object)
}
