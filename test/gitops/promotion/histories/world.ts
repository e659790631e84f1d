import {
  type Ancestry,
  type Health,
  type Judge,
  type Observer,
  type Ports,
  readPinned,
} from '../../../../gitops/promotion/index.ts'
import { type Repository, RepositoryUnreachableError } from '../../../../gitops/repository/index.ts'
import { silentLog } from '../../../../host/index.ts'
import { ModelClock } from './clock.ts'
import { idOf, ModelGit } from './git.ts'
import type { Random } from './random.ts'

/** What is true of an image or a configuration, and what the world will show of it once it runs. */
export const truths = [
  'good',
  'fails-analysis',
  'degraded',
  'never-healthy',
  'aborted',
  'inconclusive',
  'unmeasurable',
  'too-few-requests',
  'scaled-to-zero',
  'bad-on-primaries',
] as const
export type Truth = (typeof truths)[number]

/** Something that happened, as the world saw it. */
export type Event =
  | {
      kind: 'judging'
      at: number
      app: string
      cluster: string
      tag: string
      digest: string
      base: string
      run: string
      commits: number
    }
  | {
      kind: 'judged'
      at: number
      app: string
      cluster: string
      tag: string
      digest: string
      base: string
      truth: Truth
      commits: number
    }
  /** A person approved the gate of a wave, with this release before their eyes. */
  | {
      kind: 'approved'
      at: number
      app: string
      wave: string
      tag: string
      digest: string
      base: string
      commits: number
    }
  /** A person took something back on these clusters only, with the commit of this index. */
  | { kind: 'chosen'; at: number; app: string; clusters: readonly string[]; commits: number }
  | { kind: 'seen-bad'; at: number; app: string; cluster: string; tag: string; digest: string; base: string }
  | { kind: 'killed'; at: number; run: string; afterVerdict: boolean }
  | { kind: 'started' | 'cancelled'; at: number; run: string }

/** A run was killed: nothing of it goes on. */
export class Killed extends Error {}

/** How often things go wrong, as probabilities for each call. */
export type Faults = { kill: number; killVerdict: number; outage: number; blind: number }
export const noFaults: Faults = { kill: 0, killVerdict: 0, outage: 0, blind: 0 }

export const minute = 60_000

/** No history of this length is a sound one. */
const longest = 1000

/** Git, clusters and Prometheus of one history, with everything that happened to them. */
export class World {
  readonly clock = new ModelClock()
  readonly events: Event[] = []
  faults: Faults = noFaults
  /** How long a cluster takes to take over a pin, in milliseconds; never, where it is infinite. */
  readonly lag = new Map<string, number>()
  readonly #truths = new Map<string, Truth>()
  readonly #digests = new Map<string, string>()
  readonly git: ModelGit
  readonly #random: Random

  constructor(files: Readonly<Record<string, string>>, random: Random) {
    this.git = new ModelGit(files)
    this.#random = random
  }

  decide(what: string, truth: Truth): void {
    this.#truths.set(what, truth)
  }

  /** Releases the n-th commit of an app as the very image of an earlier one. */
  repeat(app: string, version: number, earlier: number): void {
    this.#digests.set(`${app} ${version}`, this.digestOf(app, earlier))
  }

  digestOf(app: string, version: number): string {
    return this.#digests.get(`${app} ${version}`) ?? digestOf(app, version)
  }

  /**
   * What is true of a release on a cluster: the worse of its image and its configuration. An image has a truth for each
   * tag, because what is seen of the same bytes may be another thing the second time.
   */
  truthOf(app: string, tag: string | undefined, base: string | undefined, role: string | undefined): Truth {
    const both = [this.#truths.get(base ?? '') ?? 'good', this.#truths.get(`${app} ${tag}`) ?? 'good']
    const shown = both.map(truth => (truth === 'bad-on-primaries' ? (role === 'primary' ? 'degraded' : 'good') : truth))
    return shown.find(truth => truth !== 'good') ?? 'good'
  }

  /** Everything one run may touch. It dies at random, before or after each of its calls. */
  ports(run: string, sources: readonly string[]): Ports & { died(): boolean } {
    const { clock, git } = this
    let dead = false
    let verdictOut = false
    this.events.push({ kind: 'started', at: clock.now(), run })
    const mortal = async <T>(call: () => Promise<T>): Promise<T> => {
      const kill = this.#random.chance(this.faults.kill)
      const before = kill && this.#random.chance(0.5)
      if (dead || before) die()
      const result = await call()
      if (dead || kill) die()
      return result
    }
    const die = (): never => {
      if (!dead) this.events.push({ kind: 'killed', at: clock.now(), run, afterVerdict: verdictOut })
      dead = true
      throw new Killed(`${run} was killed`)
    }
    const reach = () => {
      if (this.#random.chance(this.faults.outage)) throw new RepositoryUnreachableError('the push broke off')
    }
    const repository: Repository = {
      head: () =>
        mortal(async () => {
          reach()
          return git.head()
        }),
      write: write =>
        mortal(async () => {
          reach()
          if (git.log.length > longest) throw new Error('commits are made without end')
          const result = git.write(write, run, clock.now())
          if (result.kind === 'written') verdictOut = false
          reach()
          return result
        }),
      lastCommitTo: async path => {
        const last = git.log.findLast(({ changed }) => changed.some(each => each.startsWith(path)))
        return last && { commit: last.id, author: last.by }
      },
    }
    const observer: Observer = { name: 'model', health: query => mortal(async () => this.#health(query)) }
    const judge: Judge = {
      judge: ({ app, cluster, image }, { signal }) =>
        mortal(async () => {
          const { tag, digest } = image
          const base = readPinned(git.head(), app, cluster.name, `registry/${app}`)?.base ?? ''
          this.events.push({
            kind: 'judging',
            at: clock.now(),
            app,
            cluster: cluster.name,
            tag,
            digest,
            base,
            run,
            commits: git.log.length,
          })
          await clock.sleep(minute, signal)
          const truth = this.truthOf(app, tag, base, cluster.role)
          verdictOut = true
          this.events.push({
            kind: 'judged',
            at: clock.now(),
            app,
            cluster: cluster.name,
            tag,
            digest,
            base,
            truth,
            commits: git.log.length,
          })
          if (this.#random.chance(this.faults.killVerdict)) die()
          return judgementOf(truth)
        }),
    }
    const ancestry: Ancestry = {
      async compare(first, second) {
        const [older, newer] = [sources.indexOf(first), sources.indexOf(second)]
        return older === newer ? 'equal' : older < newer ? 'ancestor' : 'descendant'
      },
    }
    return { repository, observer, judge, ancestry, clock, log: silentLog, died: () => dead }
  }

  /** What Argo CD would tell of a cluster: only of this pin, and only once the cluster took it over. */
  #health({ app, cluster, image }: Parameters<Observer['health']>[0]): Health {
    if (this.#random.chance(this.faults.blind)) return { kind: 'unknown', reason: 'Argo CD does not answer' }
    const { clock, git } = this
    const pinned = readPinned(git.head(), app, cluster.name, `registry/${app}`)
    const changed = git.log.findLast(
      ({ parent, files }) => pinText(parent, app, cluster.name) !== pinText(files, app, cluster.name),
    )
    const syncedAt = (changed?.at ?? 0) + (this.lag.get(cluster.name) ?? 0)
    const truth = this.truthOf(app, image.tag, pinned?.base, cluster.role)
    const before = clock.now() < syncedAt
    if (pinned?.digest !== image.digest) return { kind: 'progressing', reason: 'another pin is there' }
    if (before) {
      return truth === 'degraded'
        ? { kind: 'degraded', reason: 'the old pod crashes' }
        : { kind: 'progressing', reason: 'not synced' }
    }
    const { tag, digest } = image
    const seen = { at: clock.now(), app, cluster: cluster.name, tag, digest, base: pinned.base ?? '' }
    const bad = (health: Health): Health => {
      this.events.push({ kind: 'seen-bad', ...seen })
      return health
    }
    switch (truth) {
      case 'degraded':
        return bad({ kind: 'degraded', reason: 'its pods crash', syncedAt })
      case 'never-healthy':
        return bad({ kind: 'progressing', reason: 'its pods are not ready', syncedAt })
      case 'aborted':
        return bad({ kind: 'aborted', reason: 'the Rollout was aborted' })
      case 'scaled-to-zero':
        return { kind: 'scaled-to-zero', provesSync: true, detail: 'no replica is desired' }
      default:
        return { kind: 'healthy', replicas: 3, provesSync: true, detail: 'synced and healthy' }
    }
  }
}

/** Everything of a cluster's folder, as one text. */
export function pinText(files: ReadonlyMap<string, string>, app: string, cluster: string): string {
  const prefix = `apps/${app}/clusters/${cluster}/`
  return [...files]
    .filter(([path]) => path.startsWith(prefix))
    .map(entry => entry.join('\n'))
    .sort()
    .join('\n')
}

function judgementOf(truth: Truth): Awaited<ReturnType<Judge['judge']>> {
  const ended = { terminated: false, metrics: [{ name: 'errors', dryRun: false, complete: true, finite: true }] }
  switch (truth) {
    case 'fails-analysis':
      return { ...ended, phase: 'Failed', requests: 1000, message: 'errors failed' }
    case 'inconclusive':
      return { ...ended, phase: 'Inconclusive', requests: 1000, message: 'neither condition held' }
    case 'unmeasurable':
      return { ...ended, phase: 'Error', message: 'no such series' }
    case 'too-few-requests':
      return { ...ended, phase: 'Successful', requests: 3, message: 'successful' }
    default:
      return { ...ended, phase: 'Successful', requests: 1000, message: 'successful' }
  }
}

/** The digest of the n-th image of an app, and the commit it was built from. */
export const digestOf = (app: string, version: number) => `sha256:${idOf(`${app} ${version}`).padEnd(64, '0')}`
export const sourceOf = (app: string, version: number) => idOf(`source ${app} ${version}`)
/** The Git tree of a `base/` with these settings. */
export const baseOf = (settings: string) => idOf(`tree settings.yaml ${settings}`)
