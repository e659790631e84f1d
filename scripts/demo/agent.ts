import { setTimeout as sleep } from 'node:timers/promises'
import type { Container, ContainerStore } from './containers.ts'
import { type Desired, readDesired } from './desired.ts'
import type { GitClient } from './git-client.ts'
import type { Prometheus } from './prometheus.ts'
import type { Replica, Wanted } from './replica.ts'

export type AgentOptions = {
  app: string
  cluster: string
  git: GitClient
  store: ContainerStore
  /** One for each place a replica can run at. */
  replicas: readonly Replica[]
  prometheus: Prometheus
  /** Called with what it did, for people. */
  tell: (line: string) => void
}

/** What a cluster holds now. */
export type AgentState = { commit: string; desired: Desired | undefined; settled: boolean; problem: string | undefined }

/** A cluster's agent while it runs. */
export type Agent = { state(): AgentState; stop(): Promise<void> }

const poll = 700

/**
 * Stands in for Argo CD and the kubelet on one cluster: reads the cluster's folder from Git every 700 ms and makes what
 * runs agree with it. Missing replicas are started together, changed ones replaced one by one, each taken out of the
 * ingress first. A replica is told the tag and digest of the container it runs in, never those in Git.
 */
export function startAgent(options: AgentOptions): Agent {
  const { app, cluster, git, store, replicas, prometheus, tell } = options
  const path = `apps/${app}/clusters/${cluster}`
  const stopping = new AbortController()
  const containers = new Map<string, Container>()
  let state: AgentState = { commit: '', desired: undefined, settled: false, problem: undefined }

  async function look(): Promise<void> {
    const commit = await git.head()
    if (commit === state.commit) return
    const folder = await git.fetchFolder(path)
    if (folder === state.desired?.folder) {
      state = { ...state, commit }
      return
    }
    const files = await git.files(folder)
    const desired = readDesired(folder, file => files.get(file) ?? '')
    state = { commit, desired, settled: false, problem: undefined }
  }

  async function wantedOf({ image, env }: Desired): Promise<Wanted> {
    const container = containers.get(image.digest) ?? (await store.create(`${app}-${containers.size + 1}`, image))
    containers.set(image.digest, container)
    const variables = { ...env, APP: app, DEPLOYED_IMAGE: `${app}:${container.version}@${container.digest}` }
    return { key: JSON.stringify(variables), container, env: variables }
  }

  /** Does the next thing that is missing; `false` when nothing is. */
  async function step(desired: Desired): Promise<boolean> {
    const wanted = await wantedOf(desired)
    const kept = replicas.slice(0, desired.replicas)
    const operations = kept.map(({ slot }) => `${slot.host}:${slot.operations}`)
    prometheus.scrape(app, cluster, operations)
    const missing = kept.filter(({ key }) => key === undefined)
    const changed = kept.find(({ key }) => key !== undefined && key !== wanted.key)
    const surplus = replicas.slice(desired.replicas).find(({ key }) => key !== undefined)
    if (missing.length > 0) await Promise.all(missing.map(replica => replica.start(wanted)))
    else if (changed) {
      await changed.stop()
      await changed.start(wanted)
    } else if (surplus) await surplus.stop()
    else return false
    return true
  }

  async function follow(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await look()
        const { desired } = state
        if (desired && (await step(desired))) continue
        if (desired && !state.settled) tell(`${cluster} runs ${desired.image.tag}`)
        state = { ...state, settled: true, problem: undefined }
      } catch (error) {
        const problem = error instanceof Error ? error.message : String(error)
        if (problem !== state.problem && !stopping.signal.aborted) tell(`${cluster}: ${problem}`)
        state = { ...state, settled: false, problem }
      }
      await sleep(poll, undefined, { signal: stopping.signal }).catch(() => {})
    }
  }

  const following = follow()
  return {
    state: () => state,
    async stop() {
      stopping.abort()
      await following
    },
  }
}
