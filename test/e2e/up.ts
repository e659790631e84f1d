// `npm run up`: a fleet with the template, left running to look at. `npm run down` removes it. `--home` is another folder
// for all of it; with `--soon` the template's minutes are seconds.
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { templateFiles } from '../support/template.ts'
import { addressed, sharesOf } from './simulator/addressed.ts'
import { applications, describeApplication, settled } from './simulator/applications.ts'
import { build } from './simulator/build.ts'
import { controlPlane } from './simulator/components.ts'
import { startFleetIn } from './simulator/fleet.ts'
import { hastened } from './simulator/hastened.ts'
import { countRunning, openKeptSite, takeDown, usualHome } from './simulator/kept.ts'
import { mergeKubeconfigs } from './simulator/kubeconfig.ts'
import { startSiteRegistry } from './simulator/registry.ts'
import { createGitOpsRepository } from './simulator/repository.ts'
import { applyTemplate, templateApps, templateClusters } from './simulator/template.ts'
import { startTraffic } from './simulator/traffic.ts'
import { eventually } from './simulator/wait.ts'
import { howToLook } from './up/guide.ts'
import { requestsPerSecond, soon } from './up/pace.ts'
import { createSource, released } from './up/sources.ts'

const { home, soon: hurried } = parseArgs({
  options: { home: { type: 'string', default: usualHome }, soon: { type: 'boolean', default: false } },
}).values
const guide = join(home, 'guide.txt')

if ((await countRunning(home)) > 0 && existsSync(guide)) {
  console.log(`It is up already.\n\n${await readFile(guide, 'utf8')}`)
} else {
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => abandon(name))
  await takeDown(home) // what a start that was killed has left
  for (const name of controlPlane) await build(name, console.log)
  try {
    console.log(await start())
  } catch (error) {
    await takeDown(home)
    throw error
  }
  process.exit() // sockets to the servers would keep it
}

async function start(): Promise<string> {
  const clusters = await templateClusters()
  const apps = await templateApps()
  console.log(`starting a hub with Argo CD, and the clusters ${clusters.join(', ')}`)
  const site = await openKeptSite(home)
  const fleet = await startFleetIn(
    site,
    clusters.map(name => ({ name })),
  )
  const files = hurried ? hastened(templateFiles(), soon) : templateFiles()
  const shares = sharesOf(files)
  const traffic = await startTraffic(site, Object.values(fleet.clusters), { shares, apps, rate: requestsPerSecond })
  const registry = await startSiteRegistry(site)
  const sources = await Promise.all(apps.map(app => createSource(app, join(home, 'sources', `${app}.git`), registry)))
  const changes = released(addressed(files, fleet.clusters, traffic), sources)
  const repository = await createGitOpsRepository(join(home, 'gitops.git'), changes)
  await applyTemplate(fleet.hub, repository)
  console.log('waiting until every Application is Synced and Healthy')
  await eventually(
    'every Application is Synced and Healthy',
    async () => {
      const all = await applications(fleet.hub.client, 'stovepipe.dev/app')
      return all.length >= apps.length * clusters.length && all.every(application => settled(application))
    },
    {
      timeout: 300_000,
      interval: 1000,
      seen: async () => (await applications(fleet.hub.client)).map(describeApplication).join('\n'),
    },
  )
  const kubeconfig = join(home, 'kubeconfig')
  await mergeKubeconfigs(kubeconfig, [fleet.hub, ...Object.values(fleet.clusters)])
  const text = howToLook({ fleet, traffic, repository, sources, kubeconfig })
  await writeFile(guide, text, { mode: 0o600 })
  return text
}

async function abandon(signal: string): Promise<void> {
  console.log(`${signal}: taking it down again`)
  await takeDown(home)
  process.exit(1)
}
