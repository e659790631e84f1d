import { ConfigurationError } from '../../../../configuration/index.ts'
import {
  type ApprovalWish,
  type Decided,
  exactNameOf,
  type OutcomeKind,
  type Pinned,
  type Promotion,
  promote,
  protocol,
  type Rules,
  resume,
  rollback,
} from '../../../../gitops/promotion/index.ts'
import type { Change } from '../../../../gitops/repository/index.ts'
import { type Random, randomOf } from './random.ts'
import { baseOf, digestOf, minute, noFaults, sourceOf, type Truth, truths, World } from './world.ts'

export type ClusterSeed = {
  name: string
  role?: 'canary' | 'primary'
  state: 'active' | 'inactive' | 'draining' | 'joining'
}

/** An image or a configuration that was offered, in the order of the application's history. */
export type Offered = { app: string; version: number; at: number; promised: boolean }

/** One history: a random fleet, what people and runs did to it, and how it ended once the faults stopped. */
export type History = {
  seed: number
  world: World
  apps: readonly string[]
  clusters: ClusterSeed[]
  offered: Offered[]
  /** How many images of each app were built. */
  versions: Map<string, number>
  /** What the last run of each app said. */
  last: Map<string, { kind: OutcomeKind; reason: string }>
  /** What the runs of each app asked people to approve, newest last; by the time of an answer it may be something else. */
  asked: Map<string, ApprovalWish[]>
  suspensions: number
  handEdits: { app: string; cluster: string; at: number }[]
  crashes: unknown[]
  /** When the faults stopped. */
  quietSince: number
}

/** Plays the history that a seed decides. */
export async function playHistory(seed: number, rules: Rules = protocol): Promise<History> {
  const random = randomOf(seed)
  const apps = random.chance(0.25) ? ['app', 'other'] : ['app']
  const clusters = fleet(random)
  const world = new World(seedFiles(apps, clusters, random), random)
  for (const { name } of clusters) world.lag.set(name, random.pick([0, 20_000, 90_000]))
  const history: History = {
    seed,
    world,
    apps,
    clusters,
    offered: [],
    versions: new Map(apps.map(app => [app, 0])),
    last: new Map(),
    asked: new Map(),
    suspensions: 0,
    handEdits: [],
    crashes: [],
    quietSince: 0,
  }
  if (random.chance(0.8))
    world.faults = {
      kill: random.pick([0, 0.02, 0.08]),
      killVerdict: random.pick([0, 0.2]),
      outage: random.pick([0, 0.02]),
      blind: 0.05,
    }
  const acts = 2 + random.below(4)
  for (let act = 0; act < acts; act++) await acting(history, random, rules)
  world.faults = noFaults
  history.quietSince = world.clock.now()
  await untilQuiet(history, rules)
  return history
}

async function acting(history: History, random: Random, rules: Rules): Promise<void> {
  const { world } = history
  const { clock } = world
  const app = random.pick(['app', ...history.apps])
  const runs = [startRun(history, app, random, rules)]
  if (random.chance(0.3)) runs.push(startRun(history, random.pick(['app', ...history.apps]), random, rules))
  const [first, ...more] = history.asked.get(app) ?? []
  if (first && random.chance(0.6)) runs.push(approve(history, app, random.pick([first, ...more]), rules))
  const span = random.pick([2, 6, 15, 40]) * minute
  await clock.play(
    runs.map(({ ended }) => ended),
    clock.now() + random.below(span),
  )
  if (random.chance(0.35)) meddle(history, app, random, rules)
  await clock.play(
    runs.map(({ ended }) => ended),
    clock.now() + span,
  )
  for (const run of runs) run.cancel()
  await clock.play(
    runs.map(({ ended }) => ended),
    clock.now(),
  )
}

let runs = 0

/** Starts a run: an offer of a new image, an old job run again, or what is under way. */
function startRun(history: History, app: string, random: Random, rules: Rules) {
  const { world, versions } = history
  const newest = versions.get(app) ?? 0
  const version = random.chance(0.6)
    ? newest + 1
    : newest === 0 || random.chance(0.5)
      ? undefined
      : 1 + random.below(newest)
  if (version === newest + 1) {
    versions.set(app, version)
    if (random.chance(0.2)) world.repeat(app, version, random.chance(0.7) ? newest : random.below(version))
    world.decide(`${app} v${version}`, truthFor(random))
  }
  return run(history, app, version, rules)
}

/** A person answers what was asked some time ago, and a run carries it out. */
function approve(history: History, app: string, { wave, release }: ApprovalWish, rules: Rules) {
  const { world } = history
  const { tag, digest, base } = release
  const [at, commits] = [world.clock.now(), world.git.log.length]
  world.events.push({ kind: 'approved', at, app, wave, tag, digest, base, commits })
  return run(history, app, undefined, rules, { approve: { wave, by: 'Grace', release: exactNameOf(release) } })
}

const isOther = (one: ApprovalWish) => (other: ApprovalWish) =>
  other.wave !== one.wave || exactNameOf(other.release) !== exactNameOf(one.release)

function run(
  history: History,
  app: string,
  version: number | undefined,
  rules: Rules,
  more: Pick<Promotion, 'approve'> = {},
) {
  const { world } = history
  const cancel = new AbortController()
  const name = `run-${runs++}`
  const sources = Array.from({ length: 100 }, (_, index) => sourceOf(app, index))
  const offer = version === undefined ? undefined : imageOf(world, app, version)
  if (version !== undefined) history.offered.push({ app, version, at: world.clock.now(), promised: false })
  const ports = world.ports(name, sources)
  const ended = promote({ app, run: name, rules, signal: cancel.signal, ...(offer && { offer }), ...more }, ports).then(
    ({ kind, reason, approval }) => {
      history.last.set(app, { kind, reason })
      if (approval) history.asked.set(app, [...(history.asked.get(app) ?? []).filter(isOther(approval)), approval])
    },
    error => {
      if (!cancel.signal.aborted && !ports.died() && error?.name !== 'RepositoryUnreachableError')
        history.crashes.push(error)
    },
  )
  return {
    ended,
    answers: more.approve !== undefined,
    cancel() {
      world.events.push({ kind: 'cancelled', at: world.clock.now(), run: name })
      cancel.abort(new Error('cancelled'))
    },
  }
}

function imageOf(world: World, app: string, version: number) {
  return {
    repository: `registry/${app}`,
    tag: `v${version}`,
    digest: world.digestOf(app, version),
    source: sourceOf(app, version),
  }
}

function truthFor(random: Random): Truth {
  return random.chance(0.45) ? 'good' : random.pick(truths)
}

/** Something that a person does, at a moment when runs may be under way. */
function meddle(history: History, app: string, random: Random, rules: Rules): void {
  const { world, clusters } = history
  const { git, clock } = world
  const at = clock.now()
  const commit = (changes: Change[], message: string) => git.commit(changes, message, 'a person', at)
  const cluster = random.pick([clusters[0] ?? fallback, ...clusters])
  const pin = `apps/${app}/clusters/${cluster.name}/kustomization.yaml`
  const text = git.head().read(pin)
  switch (random.pick(['base', 'base', 'note', 'rollback', 'edit', 'state'])) {
    case 'base': {
      const settings = `changed: ${git.log.length}\n`
      commit([{ path: `apps/${app}/base/settings.yaml`, text: settings }], 'change the configuration')
      world.decide(baseOf(settings), truthFor(random))
      return
    }
    case 'note':
      if (text !== undefined) commit([{ path: pin, text: `${text}# note ${git.log.length}\n` }], 'a remark')
      return
    case 'edit':
      if (text === undefined || random.chance(0.5)) return
      commit([{ path: pin, text: text.replace(/newTag: .*/, 'newTag: "by-hand"') }], 'an edit')
      history.handEdits.push({ app, cluster: cluster.name, at })
      return
    case 'rollback': {
      const person = { by: 'Ada', reason: 'it hurts', at, run: 'person' }
      const names = clusters.map(({ name }) => name).filter(() => random.chance(0.5))
      const chosen = random.chance(0.5) && names.length > 0 ? { clusters: names } : {}
      const to = random.chance(0.4) ? { to: `v${random.below((history.versions.get(app) ?? 0) + 1)}` } : {}
      const everywhere = !('clusters' in chosen)
      const refuse = everywhere && random.chance(0.5)
      let decided: Decided
      try {
        decided = rollback(git.head(), app, { ...person, ...chosen, ...to, refuse }, rules)
      } catch (error) {
        if (error instanceof ConfigurationError) return // nothing of the app was ever there
        throw error
      }
      if (decided.kind !== 'write') return
      if (!everywhere) world.events.push({ kind: 'chosen', at, app, clusters: names, commits: git.log.length })
      git.write(decided.write, 'a person', at)
      history.suspensions += 1
      return
    }
    case 'state': {
      const states = cluster.role === 'canary' ? (['inactive', 'active'] as const) : (['draining', 'active'] as const)
      cluster.state = random.pick(states)
      commit([{ path: `clusters/${cluster.name}.yaml`, text: clusterText(cluster) }], 'change a cluster')
    }
  }
}

/** Runs without faults, as the schedule would start them, until nothing changes any more; 50 at most. */
async function untilQuiet(history: History, rules: Rules): Promise<void> {
  const { world, apps } = history
  const { git, clock } = world
  for (const app of apps) {
    const decided = resume(git.head(), app, { by: 'Ada', reason: 'over', at: clock.now(), run: 'person' })
    if (decided.kind === 'write') git.write(decided.write, 'a person', clock.now())
  }
  for (let round = 0; round < 50; round++) {
    const before = git.head().commit
    const scheduled = apps.flatMap(app => {
      const asked = history.asked.get(app)?.at(-1)
      history.asked.delete(app)
      return [...(asked ? [approve(history, app, asked, rules)] : []), run(history, app, undefined, rules)]
    })
    const over = await clock.play(
      scheduled.map(({ ended }) => ended),
      clock.now() + 24 * 60 * minute,
    )
    for (const { cancel } of scheduled) cancel()
    if (!over) history.crashes.push(new Error('a run never ended'))
    clock.pass(minute)
    if (git.head().commit === before && history.asked.size === 0 && !scheduled.some(({ answers }) => answers)) return
  }
  history.crashes.push(new Error('50 runs were not enough'))
}

function fleet(random: Random): [ClusterSeed, ...ClusterSeed[]] {
  const canaries = random.pick([1, 1, 1, 2])
  const primaries = random.pick([1, 2])
  const named = (role: 'canary' | 'primary', count: number) =>
    Array.from({ length: count }, (_, index): ClusterSeed => ({ name: `${role}-${index}`, role, state: 'active' }))
  const dev: ClusterSeed[] = random.chance(0.3) ? [{ name: 'dev', state: 'active' }] : []
  const joining: ClusterSeed[] = random.chance(0.15) ? [{ name: 'primary-new', role: 'primary', state: 'joining' }] : []
  const [first = fallback, ...rest] = [...named('canary', canaries), ...named('primary', primaries), ...dev, ...joining]
  return [first, ...rest]
}

const fallback: ClusterSeed = { name: 'canary-0', role: 'canary', state: 'active' }

const header = (kind: string, name: string) =>
  `apiVersion: stovepipe.dev/v1alpha1\nkind: ${kind}\nmetadata: { name: ${name} }\n`

function clusterText({ name, role, state }: ClusterSeed): string {
  const labels = role ? '' : ', labels: { environment: dev }'
  return `apiVersion: stovepipe.dev/v1alpha1\nkind: Cluster\nmetadata: { name: ${name}${labels} }\nspec: { ${role ? `role: ${role}, ` : ''}state: ${state} }\n`
}

function seedFiles(apps: readonly string[], clusters: readonly ClusterSeed[], random: Random): Record<string, string> {
  const files: Record<string, string> = {}
  for (const cluster of clusters) files[`clusters/${cluster.name}.yaml`] = clusterText(cluster)
  const begun = random.chance(0.7)
  const dev = clusters.some(({ name }) => name === 'dev')
  for (const app of apps) {
    const asks = random.chance(0.35)
    const approval = () => (asks && random.chance(0.7) ? ', approval: { environment: production }' : '')
    const gate = `{ healthy: { timeout: 5m }, deadline: 20m, attempts: 2, analysis: { templates: [t], requests: r, minimumRequests: 100 }${approval()} }`
    const waves = [
      ...(dev
        ? [
            `{ name: dev, clusters: { matchLabels: { environment: dev } }, gate: { healthy: { timeout: 5m }${approval()} } }`,
          ]
        : []),
      ...(random.chance(0.95) ? [`{ name: canary, clusters: { role: canary }, gate: ${gate} }`] : []),
      `{ name: primaries, clusters: { role: primary }, batch: ${random.pick([1, 2])}, gate: { healthy: { timeout: 5m } } }`,
    ]
    const supersede = random.pick(['between-waves', 'immediate'])
    const onTimeout = random.pick(['hold', 'rollback'])
    files[`apps/${app}/pipeline.yaml`] =
      `${header('Pipeline', app)}spec: { image: registry/${app}, supersede: ${supersede}, onTimeout: ${onTimeout}, waves: [${waves.join(', ')}] }\n`
    files[`apps/${app}/base/settings.yaml`] = 'changed: no\n'
    if (!begun) continue
    for (const { name, state } of clusters) {
      if (state !== 'active') continue
      files[`apps/${app}/clusters/${name}/base/settings.yaml`] = 'changed: no\n'
      files[`apps/${app}/clusters/${name}/kustomization.yaml`] =
        `resources: [base]\nimages:\n  - name: registry/${app}\n    newTag: v0\n    digest: ${digestOf(app, 0)}\n`
    }
  }
  return files
}

/** What a cluster's folder pins in some commit's files. */
export function pinnedIn(files: ReadonlyMap<string, string>, app: string, cluster: string): Pinned | undefined {
  const text = files.get(`apps/${app}/clusters/${cluster}/kustomization.yaml`)
  if (text === undefined) return undefined
  const tag = /newTag: "?([^"\s]+)"?/.exec(text)?.[1]
  const digest = /digest: (\S+)/.exec(text)?.[1]
  const settings = files.get(`apps/${app}/clusters/${cluster}/base/settings.yaml`)
  return { ...(tag && { tag }), ...(digest && { digest }), ...(settings && { base: baseOf(settings) }) }
}
