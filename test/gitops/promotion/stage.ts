import {
  type Health,
  type Judgement,
  type Offer,
  type Outcome,
  type Ports,
  type Promotion,
  promote,
  type Relation,
  readState,
  type State,
} from '../../../gitops/promotion/index.ts'
import { type Change, type Repository, RepositoryUnreachableError } from '../../../gitops/repository/index.ts'
import { silentLog } from '../../../host/index.ts'
import { VirtualClock } from '../../support/clock.ts'
import { idOf, ModelGit } from './histories/git.ts'

/** The n-th image of the app, built from the n-th commit of its history. */
export const image = (version: number): Required<Offer> => ({
  repository: 'registry/app',
  tag: `v${version}`,
  digest: `sha256:${`${version}`.padStart(64, '0')}`,
  source: idOf(`source ${version}`),
})

export const healthy: Health = { kind: 'healthy', replicas: 3, provesSync: true, detail: '3 replicas' }
export const judged = (phase: Judgement['phase'], more: Partial<Judgement> = {}): Judgement => ({
  phase,
  terminated: false,
  metrics: [{ name: 'errors', dryRun: false, complete: true, finite: true }],
  requests: 5000,
  message: `the run was ${phase}`,
  ...more,
})

export const analysed =
  '{ healthy: { timeout: 5m }, analysis: { templates: [golden], requests: "r", minimumRequests: 100 }, deadline: 1h }'
export const wave = (name: string, selector: string, gate = '{ healthy: { timeout: 5m } }', more = '') =>
  `{ name: ${name}, clusters: { ${selector} }, gate: ${gate}${more} }`
/** Canary with an analysis, then the primaries one by one. */
export const usual = [
  wave('canary', 'role: canary', analysed),
  wave('primaries', 'role: primary', undefined, ', batch: 1'),
]

type Setting = {
  apps?: readonly string[]
  /** The cluster files' `spec` by name. */
  clusters?: Readonly<Record<string, string>>
  /** Waves of every pipeline, and other keys of its `spec`. */
  waves?: readonly string[]
  settings?: string
  /** The version that is pinned everywhere before the kit comes; none when left out. */
  before?: number
}

const header = (kind: string, name: string) =>
  `apiVersion: stovepipe.dev/v1alpha1\nkind: ${kind}\nmetadata: { name: ${name} }\n`

/** A small fleet, its GitOps repository and a clock, on which a test plays one scene with the real executor. */
export class Stage {
  readonly clock = new VirtualClock()
  readonly git: ModelGit
  /** What an observer tells; by default all is healthy. */
  health: (cluster: string, version: string) => Health = () => healthy
  /** What an analysis comes to, and how long it takes (milliseconds). */
  verdict: (cluster: string, version: string) => Judgement = () => judged('Successful')
  analysisTakes = 60_000
  /** Called, and awaited, before each write; what it throws, the repository throws. */
  beforeWrite: (message: string) => unknown = () => {}
  relation: (first: string, second: string) => Relation = (first, second) => {
    const age = (source: string) => Array.from({ length: 20 }, (_, version) => image(version).source).indexOf(source)
    return age(first) < age(second) ? 'ancestor' : age(first) > age(second) ? 'descendant' : 'equal'
  }
  analyses: string[] = []
  #runs = 0

  constructor({ apps = ['app'], clusters = usualClusters, waves = usual, settings = '', before = 0 }: Setting = {}) {
    const files: Record<string, string> = {}
    for (const [name, spec] of Object.entries(clusters))
      files[`clusters/${name}.yaml`] = `${header('Cluster', name)}spec: { ${spec} }\n`
    for (const app of apps) {
      files[`apps/${app}/pipeline.yaml`] =
        `${header('Pipeline', app)}spec: { image: registry/app, ${settings}waves: [${waves.join(', ')}] }\n`
      files[`apps/${app}/base/settings.yaml`] = 'setting: 0\n'
      if (before < 0) continue
      for (const name of Object.keys(clusters)) {
        files[`apps/${app}/clusters/${name}/base/settings.yaml`] = 'setting: 0\n'
        files[`apps/${app}/clusters/${name}/kustomization.yaml`] = kustomization(before)
      }
    }
    this.git = new ModelGit(files)
  }

  /** Runs `promote` to its end; `app` is `app` and every run has a name of its own unless the test says otherwise. */
  promote(version: number | undefined, more: Partial<Promotion> = {}, ports: Partial<Ports> = {}): Promise<Outcome> {
    const offer = version === undefined ? {} : { offer: image(version) }
    return promote({ app: 'app', run: `run-${++this.#runs}`, ...offer, ...more }, { ...this.ports(), ...ports })
  }

  ports(): Ports {
    const { clock, git } = this
    const repository: Repository = {
      head: async () => git.head(),
      write: async write => {
        await this.beforeWrite(write.message)
        return git.write(write, 'the kit', clock.now())
      },
      lastCommitTo: async path => {
        const last = git.log.findLast(({ changed }) => changed.some(each => each.startsWith(path)))
        return last && { commit: last.id, author: last.by }
      },
    }
    return {
      repository,
      clock,
      log: silentLog,
      observer: { name: 'stage', health: async ({ cluster, image }) => this.health(cluster.name, image.tag) },
      judge: {
        judge: async ({ app, cluster, image }, { signal }) => {
          this.analyses.push(`${app} ${image.tag} on ${cluster.name}`)
          await clock.sleep(this.analysisTakes, signal)
          return this.verdict(cluster.name, image.tag)
        },
      },
      ancestry: { compare: async (first, second) => this.relation(first, second) },
    }
  }

  /** A person's commit. */
  commit(changes: readonly Change[], message = 'by hand'): void {
    this.git.commit(changes, message, 'Ada', this.clock.now())
  }

  setBase(setting: number, app = 'app'): void {
    this.commit([{ path: `apps/${app}/base/settings.yaml`, text: `setting: ${setting}\n` }], 'a setting')
  }

  /** What each cluster's folder pins: `v1`, or `v1 setting 2` once the configuration is not the first. */
  pins(app = 'app'): Record<string, string> {
    const tree = this.git.head()
    const clusters = tree.list(`apps/${app}/clusters`).map(({ name }) => name)
    return Object.fromEntries(
      clusters.map(name => {
        const folder = `apps/${app}/clusters/${name}`
        const tag = /newTag: "?([^"\s]+)/.exec(tree.read(`${folder}/kustomization.yaml`) ?? '')?.[1] ?? '?'
        const setting = /setting: (\d+)/.exec(tree.read(`${folder}/base/settings.yaml`) ?? '')?.[1]
        return [name, setting === '0' ? tag : `${tag} setting ${setting}`]
      }),
    )
  }

  /** The first lines of the kit's commits. */
  titles(): string[] {
    return this.git.log
      .filter(({ by }) => by === 'the kit')
      .map(({ message }) => (message.split('\n')[0] ?? '').replace(/ \(base \w+\)/g, ''))
  }

  state(app = 'app'): State {
    return readState(this.git.head(), app)
  }
}

export const usualClusters = {
  canary: 'role: canary, state: active',
  'primary-a': 'role: primary, state: active',
  'primary-b': 'role: primary, state: active',
}

export function kustomization(version: number): string {
  const { tag, digest } = image(version)
  return `resources: [base]\nimages:\n  - name: registry/app # ours\n    newTag: ${tag}\n    digest: ${digest}\n`
}

export const unreachable = () => new RepositoryUnreachableError('the server does not answer')
