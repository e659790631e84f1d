import { latency, total } from './load.ts'
import type { Built, Stage } from './scene.ts'
import { app, replicas, type World } from './world.ts'

/** Names of the fleet's clusters by what they are. */
export function clusterRoles({ fleet }: World) {
  const named = (role: 'canary' | 'primary' | undefined) =>
    fleet.clusters.filter(cluster => cluster.role === role).map(({ name }) => name)
  const [dev, canaries, primaries] = [named(undefined), named('canary'), named('primary')]
  return { dev, canaries, primaries, all: [...dev, ...canaries, ...primaries] }
}

/** Claims that Git pins `digest` on these clusters at its head. */
export async function claimPinned(stage: Stage, clusters: readonly string[], { tag, digest }: Built): Promise<void> {
  const pins = await stage.facts.pins()
  const other = clusters.filter(cluster => pins.get(cluster)?.digest !== digest || pins.get(cluster)?.tag !== tag)
  stage.check(`Git pins ${tag} on ${list(clusters)}`, other.length === 0, other.join(', '))
}

/** Claims that every replica of these clusters reports `digest` to Prometheus, and none another. */
export async function claimRunning(stage: Stage, clusters: readonly string[], { tag, digest }: Built): Promise<void> {
  const samples = await stage.world.prometheus.query(`count by (cluster, digest) (stovepipe_build_info{app="${app}"})`)
  const found = clusters.flatMap(cluster => {
    const running = samples.filter(({ labels }) => labels.cluster === cluster)
    const right = running.length === 1 && running[0]?.labels.digest === digest && running[0].value === replicas
    return right ? [] : `${cluster}: ${running.map(({ labels, value }) => `${value} of ${labels.digest}`).join(', ')}`
  })
  stage.check(
    `Prometheus sees ${replicas} replicas of ${tag} on ${list(clusters)}`,
    found.length === 0,
    found.join('; '),
  )
}

/** Claims that no primary was ever pinned to `digest` since `commit`, and that Prometheus never saw it on one. */
export async function claimNeverOnPrimary(stage: Stage, after: string, { tag, digest }: Built): Promise<void> {
  const { primaries } = clusterRoles(stage.world)
  const pinned = (await stage.facts.steps(after)).filter(({ pins }) =>
    pins.some(pin => primaries.includes(pin.cluster) && pin.digest === digest),
  )
  stage.check(`no commit pins ${tag} on a primary`, pinned.length === 0, pinned.map(({ commit }) => commit).join(', '))
  const seen = await stage.world.prometheus.query(
    `count by (cluster) (count_over_time(stovepipe_build_info{app="${app}",digest="${digest}",cluster=~"${primaries.join('|')}"}[15m]))`,
  )
  stage.check(
    `Prometheus never saw ${tag} on a primary`,
    seen.length === 0,
    seen.map(({ labels }) => labels.cluster).join(', '),
  )
}

/** Claims that the pins appeared in the order of the waves: dev, each canary, then the primaries one by one. */
export async function claimOrder(stage: Stage, after: string, { tag, digest }: Built): Promise<void> {
  const { dev, canaries, primaries } = clusterRoles(stage.world)
  const steps = await stage.facts.steps(after)
  const already = await stage.facts.pins(after)
  const first = (cluster: string) => {
    if (already.get(cluster)?.digest === digest) return -1
    const index = steps.findIndex(({ pins }) => pins.some(pin => pin.cluster === cluster && pin.digest === digest))
    return index < 0 ? Number.NaN : index
  }
  const waves = [dev, canaries, ...primaries.map(cluster => [cluster])].map(wave => wave.map(first))
  const inOrder = waves.every((wave, index) => {
    const before = waves[index - 1] ?? [-2]
    return wave.every(at => at > Math.max(...before))
  })
  stage.check(`${tag} was pinned on dev, then the canary, then one primary after the other`, inOrder, waves.join(' < '))
}

/** Claims that the registry still gives the digest for the tag. */
export function claimRegistry(stage: Stage, { tag, digest }: Built, found: string | undefined): void {
  stage.check(`the registry says that ${tag} is the digest that was pinned`, found === digest, found)
}

/** Claims that the load of the scene came through, but for errors of `faulty` on the canary clusters. */
export function claimServed(stage: Stage, from: number, faulty?: Built): void {
  const cells = stage.load.between(from, Date.now())
  const { canaries } = clusterRoles(stage.world)
  const blamed = total(cells, ({ release }) => release === faulty?.tag)
  const all = total(cells)
  if (faulty) {
    const elsewhere = total(cells, ({ cluster, release }) => release === faulty.tag && !canaries.includes(cluster))
    stage.check('the load met errors of the bad release', blamed.errors > 0, blamed.errors)
    stage.check('no request outside the canary reached the bad release', elsewhere.requests === 0, elsewhere.requests)
  }
  const others = all.errors - blamed.errors
  stage.check('no other request failed', others === 0, `${others} of ${all.requests}`)
  const share = canaryShare(stage, from)
  stage.check('about 5% of the requests hit the canary', Math.abs(share - 5) < 0.75, `${share.toFixed(2)}%`)
}

/** The percentage of answers that came from canary clusters since `from`. */
export function canaryShare(stage: Stage, from: number, to = Date.now()): number {
  const { canaries } = clusterRoles(stage.world)
  const cells = stage.load.between(from, to)
  return (100 * total(cells, ({ cluster }) => canaries.includes(cluster)).requests) / total(cells).requests
}

/** The latency of these clusters since `from`, in milliseconds; see `latency`. */
export function latencyOn(stage: Stage, clusters: readonly string[], quantile: number, from: number): number {
  return latency(
    stage.load.between(from, Date.now()).filter(({ cluster }) => clusters.includes(cluster)),
    quantile,
  )
}

function list(names: readonly string[]): string {
  return names.join(', ')
}
