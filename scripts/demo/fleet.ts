import { setTimeout as sleep } from 'node:timers/promises'
import { shares } from '../../gitops/fleet/index.ts'
import { applyWeights, haproxy, weightsFor } from '../../gitops/traffic/index.ts'
import { type DemoCluster, startCluster } from './clusters.ts'
import { app, replicas, type World } from './world.ts'

/** Starts every cluster of the fleet, and resolves when all run what Git says. */
export async function startFleet(world: World, tell: (line: string) => void): Promise<readonly DemoCluster[]> {
  const { folder, driver, network, processes, prometheus, gitops } = world
  const clusters = await Promise.all(
    world.fleet.clusters.map(({ name }, index) =>
      startCluster({
        app,
        name,
        number: index + 1,
        replicas,
        network,
        folder,
        driver,
        gitops: gitops.url,
        prometheus,
        processes,
        tell,
      }),
    ),
  )
  await settled(clusters, await gitops.head(), 60_000)
  return clusters
}

/** Resolves when every cluster runs what `commit`, or a newer one, says. Rejects after `timeout` ms. */
export async function settled(clusters: readonly DemoCluster[], commit: string, timeout: number): Promise<void> {
  const behind = () => clusters.filter(({ agent }) => !agent.state().settled || agent.state().commit !== commit)
  for (const until = Date.now() + timeout; behind().length > 0; await sleep(100)) {
    if (Date.now() < until) continue
    const waiting = behind().map(({ name, agent }) => `${name} (${agent.state().problem ?? 'under way'})`)
    throw new Error(`not settled within ${timeout / 1000} s: ${waiting.join(', ')}`)
  }
}

/** Gives the shared load balancer the weights that the fleet's shares ask for; says which. */
export async function shareTraffic({ fleet, balancer }: World): Promise<string> {
  const weights = weightsFor(new Map([...shares(fleet)].filter(([, share]) => share > 0)))
  await applyWeights(haproxy({ path: balancer.socket }, 'fleet'), weights)
  return [...weights].map(([name, weight]) => `${name} ${weight}`).join(', ')
}
