// `npm run up`: a fleet with the template, left running to look at. `npm run down` removes it.
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { applications, describeApplication, settled } from './simulator/applications.ts'
import { build } from './simulator/build.ts'
import { components, isComponent } from './simulator/components.ts'
import { type Fleet, startFleetIn } from './simulator/fleet.ts'
import { countRunning, home, openKeptSite, takeDown } from './simulator/kept.ts'
import { mergeKubeconfigs } from './simulator/kubeconfig.ts'
import { createGitOpsRepository, type GitOpsRepository } from './simulator/repository.ts'
import { applyTemplate, templateClusters } from './simulator/template.ts'
import { eventually } from './simulator/wait.ts'

const guide = join(home, 'guide.txt')

if ((await countRunning()) > 0 && existsSync(guide)) {
  console.log(`It is up already.\n\n${await readFile(guide, 'utf8')}`)
} else {
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => abandon(name))
  await takeDown() // what a start that was killed has left
  for (const name of Object.keys(components).filter(isComponent)) await build(name, console.log)
  try {
    console.log(await start())
  } catch (error) {
    await takeDown()
    throw error
  }
  process.exit() // sockets to the servers would keep it
}

async function start(): Promise<string> {
  const clusters = await templateClusters()
  console.log(`starting a hub with Argo CD, and the clusters ${clusters.join(', ')}`)
  const fleet = await startFleetIn(
    await openKeptSite(),
    clusters.map(name => ({ name })),
  )
  const repository = await createGitOpsRepository(join(home, 'gitops.git'))
  await applyTemplate(fleet.hub, repository)
  console.log('waiting until every Application is Synced and Healthy')
  await eventually(
    'every Application is Synced and Healthy',
    async () => {
      const all = await applications(fleet.hub.client, 'stovepipe.dev/app')
      return all.length > 0 && all.every(application => settled(application))
    },
    {
      timeout: 300_000,
      interval: 1000,
      seen: async () => (await applications(fleet.hub.client)).map(describeApplication).join('\n'),
    },
  )
  const text = await howToLook(fleet, repository)
  await writeFile(guide, text, { mode: 0o600 })
  return text
}

async function howToLook({ hub, clusters, argocd, logs }: Fleet, { url }: GitOpsRepository): Promise<string> {
  const kubeconfig = join(home, 'kubeconfig')
  await mergeKubeconfigs(kubeconfig, [hub, ...Object.values(clusters)])
  return [
    'Kubernetes, one context per cluster and one for the hub:',
    `  export KUBECONFIG=${kubeconfig}`,
    ...[hub, ...Object.values(clusters)].map(({ name, server }) => `  kubectl --context ${name} …   # ${server}`),
    'Argo CD (its API; its Go module has no pages, so there is no UI):',
    `  ${argocd.url}   user admin, password ${argocd.password}`,
    `  kubectl --context hub -n argocd get applications`,
    'The GitOps repository, to clone and push to:',
    `  ${url}`,
    `Logs: ${logs}`,
    '`npm run down` removes all of it.',
    '',
  ].join('\n')
}

async function abandon(signal: string): Promise<void> {
  console.log(`${signal}: taking it down again`)
  await takeDown()
  process.exit(1)
}
