import { setTimeout as delay } from 'node:timers/promises'
import { type GitHub, openGitHub, type Permissions } from '../../../github/index.ts'
import type { AnalysisQuery, Judgement, Outcome, Promotion } from '../../../gitops/promotion/index.ts'
import { type Log, silentLog } from '../../../host/index.ts'
import { type Announcer, type AnnouncerOptions, openAnnouncer, openChronicle } from '../../../steps/announce/index.ts'
import { type AccountingJudge, type AnalysisAccount, type Listener, overheard } from '../../../steps/promote/index.ts'
import { image, Stage } from '../../gitops/promotion/stage.ts'
import { VirtualClock } from '../../support/clock.ts'
import { type GitHubServer, startGitHub } from '../../support/github/index.ts'

export const source = 'acme/app'
export const gitops = 'acme/gitops'
export const server = 'https://github.example'
export const runUrl = `${server}/${gitops}/actions/runs/7`
export const everything: Permissions = { checks: 'write', deployments: 'write', contents: 'read' }

/** The usual stage, whose pipeline names a repository on the server as its source. */
export class AnnouncedStage extends Stage {
  readonly warnings: string[] = []
  readonly github: GitHubServer
  token: string
  /** What an image says of its commit. */
  sourceOf = (version: number) => image(version).source
  /** Of the newest run. */
  listeners: Listener[] = []
  options: Partial<AnnouncerOptions> = {}
  account: (query: AnalysisQuery, judgement: Judgement) => AnalysisAccount = (_, { message }) => ({
    sentence: message,
    metrics: [],
    startedAt: this.clock.now(),
    finishedAt: this.clock.now(),
  })

  constructor(github: GitHubServer, setting: ConstructorParameters<typeof Stage>[0] = {}) {
    super({ settings: `source: "${server}/${source}", `, ...setting })
    this.github = github
    this.token = github.token({ repositories: [source, gitops], permissions: everything })
  }

  announcer(cancelled: AbortSignal = new AbortController().signal): Announcer {
    const log: Log = { ...silentLog, warning: line => void this.warnings.push(line) }
    return openAnnouncer({
      app: 'app',
      places: { server, repository: gitops, branch: 'main', directory: '.' },
      open: (_repository, _permissions, signal) => this.api(signal),
      runUrl,
      clock: this.clock,
      log,
      cancelled,
      ...this.options,
    })
  }

  api(signal?: AbortSignal): GitHub {
    const { url: api } = this.github
    const more = { fetch, clock: new VirtualClock(), log: silentLog, patience: 0 }
    return openGitHub({ api, token: this.token, ...more, ...(signal && { signal }) })
  }

  /** Runs `promote` with an announcer and a chronicle that listen, as the action does. */
  async announce(version: number | undefined, more: Partial<Promotion> = {}) {
    const announcer = this.announcer(more.signal)
    const chronicle = openChronicle('app')
    this.listeners = [announcer, chronicle]
    let outcome: Outcome
    try {
      outcome = await this.listened(version, more)
    } finally {
      await announcer.close()
    }
    return { outcome, timeline: chronicle.timeline() }
  }

  listened(version: number | undefined, more: Partial<Promotion> = {}): Promise<Outcome> {
    const ports = this.ports()
    const judge: AccountingJudge = {
      judge: async (query, control) => {
        const judgement = await ports.judge.judge(query, control)
        return { judgement, account: this.account(query, judgement) }
      },
    }
    const told = { clock: this.clock, log: silentLog }
    const offer = version === undefined ? {} : { offer: { ...image(version), source: this.sourceOf(version) } }
    return this.promote(
      version,
      { ...offer, ...more },
      overheard({ repository: ports.repository, judge }, this.listeners, told),
    )
  }

  /** `environment: sha state, state …`, oldest first. */
  deployments(repository = source): string[] {
    return (this.github.state.repositories.get(repository)?.deployments ?? []).map(
      ({ environment, ref, statuses }) =>
        `${environment}: ${versionOf(ref)} ${statuses.map(({ state }) => state).join(', ')}`,
    )
  }

  checks(repository = source) {
    return (this.github.state.repositories.get(repository)?.checks ?? []).map(({ name, sha, status, conclusion }) =>
      `${name}: ${versionOf(sha)} ${status} ${conclusion ?? ''}`.trim(),
    )
  }
}

/** Waits, in real time, for what the announcer does in the background. */
export async function until(holds: () => boolean): Promise<void> {
  for (let turn = 0; turn < 500 && !holds(); turn++) await delay(10)
}

function versionOf(commit: string): string {
  const version = Array.from({ length: 10 }, (_, index) => index).find(index => image(index).source === commit)
  return version === undefined ? commit : `v${version}`
}

export async function startServer(): Promise<GitHubServer> {
  const github = await startGitHub()
  github.repository(source)
  github.repository(gitops)
  return github
}
