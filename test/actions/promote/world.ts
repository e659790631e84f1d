import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BareRepository, createRepository, startGitServer } from '../../support/git/index.ts'
import { type GitHubServer, startGitHub } from '../../support/github/index.ts'
import { type FaultyRegistry, pushImage, startFaultyRegistry, startRegistry } from '../../support/registry/index.ts'
import { startPrometheus } from './prometheus.ts'

const mainOf = (action: string) => fileURLToPath(new URL(`../../../actions/${action}/main.ts`, import.meta.url))

export type Run = { code: number | null; log: string; outputs: Record<string, string>; summary: string }

export type World = {
  github: GitHubServer
  gitops: BareRepository
  source: BareRepository
  /** Where images are; its fault may be changed at any time. */
  registry: FaultyRegistry
  /** Of the Git server, and of the GitHub that it belongs to. */
  server: string
  /** What the analyses measure. */
  errors: number
  /** Commits to the application's repository, and pushes an image built from it. */
  build(change: string): Promise<{ image: string; commit: string; tag: string }>
  start(inputs: Readonly<Record<string, string>>, options?: Options): Promise<Run>
}

type Options = {
  /** `promote` when left out. */
  action?: 'promote' | 'rollback'
  /** Ends the step, as a cancelled job does unless `by` says otherwise. */
  cancelWhen?: () => boolean
  by?: 'SIGINT' | 'SIGKILL'
}

/** A GitHub with both repositories, its Git, a registry and a Prometheus; the action is started as the runner does. */
export async function inWorld(gate: string, use: (world: World) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'stovepipe-test-'))
  const github = await startGitHub()
  const upstream = await startRegistry()
  const registry = await startFaultyRegistry(upstream.host)
  const git = await startGitServer(folder, { allow: (given, wanted) => allows(github, given, wanted) })
  const source = await createRepository(join(folder, 'acme/app'), { 'main.go': 'package main\n' })
  const measured = { errors: 0, pinned: async (cluster: string) => digestAt(await gitops.read(pinOf(cluster))) }
  const prometheus = await startPrometheus(measured)
  const files = gitopsFiles({ server: git.url, prometheus: prometheus.url, registry: registry.host, gate })
  const gitops = await createRepository(join(folder, 'acme/gitops'), files)
  github.repository('acme/app', { folder: source.folder })
  github.repository('acme/gitops', { folder: gitops.folder })
  const world: World = {
    ...{ github, gitops, source, registry, server: git.url },
    get errors() {
      return measured.errors
    },
    set errors(value) {
      measured.errors = value
    },
    async build(change) {
      const commit = await source.commit({ 'main.go': `package main // ${change}\n` })
      const tag = `sha-${commit.slice(0, 12)}`
      const digest = await pushImage(registry.host, 'acme/app', tag, { 'org.opencontainers.image.revision': commit })
      return { image: `${registry.host}/acme/app:${tag}@${digest}`, commit, tag }
    },
    start: (inputs, options) => start(folder, { api: github.url, server: git.url, inputs }, options),
  }
  try {
    await use(world)
  } finally {
    await Promise.all([git.close(), registry.stop(), upstream.stop(), prometheus.close()])
    await github.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** What GitHub's Git does with a token: `contents` says whether it may read or write. */
function allows(github: GitHubServer, given: string | undefined, wanted: { repository: string; writes: boolean }) {
  const [, secret = ''] = Buffer.from((given ?? '').replace(/^basic /i, ''), 'base64')
    .toString()
    .split(':')
  const token = github.state.tokens.get(secret)
  if (!token || token.expiresAt <= Date.now() || !token.repositories.includes(wanted.repository)) return false
  return wanted.writes ? token.permissions.contents === 'write' : token.permissions.contents !== undefined
}

type Setting = { server: string; prometheus: string; registry: string; gate: string }

const header = (kind: string, name: string) =>
  `apiVersion: stovepipe.dev/v1alpha1\nkind: ${kind}\nmetadata: { name: ${name} }\n`
const pinOf = (cluster: string) => `apps/app/clusters/${cluster}/kustomization.yaml`
const digestAt = (text = '') => /digest: (\S+)/.exec(text)?.[1] ?? ''

function gitopsFiles({ server, prometheus, registry, gate }: Setting): Record<string, string> {
  const cluster = (name: string, role: string) => ({
    [`clusters/${name}.yaml`]: `${header('Cluster', name)}spec: { role: ${role}, state: active, prometheus: "${prometheus}" }\n`,
  })
  return {
    ...cluster('canary', 'canary'),
    ...cluster('primary', 'primary'),
    'apps/app/base/kustomization.yaml': 'resources: []\n',
    'apps/app/pipeline.yaml': `${header('Pipeline', 'app')}spec:
  image: ${registry}/acme/app
  source: ${server}/acme/app
  waves:
    - { name: canary, clusters: { role: canary }, gate: ${gate} }
    - { name: primaries, clusters: { role: primary } }
`,
    'analysis/golden.yaml': `apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: { name: golden }
spec:
  args: [{ name: cluster }]
  metrics:
    - name: error-rate
      count: 1
      successCondition: result[0] < 0.01
      provider:
        prometheus:
          address: http://127.0.0.1:1
          query: error_rate{cluster="{{args.cluster}}"}
    - name: late
      count: 1
      initialDelay: 0s
      successCondition: result[0] < 1
      provider:
        prometheus:
          address: http://127.0.0.1:1
          query: error_rate{cluster="{{args.cluster}}"} * 2
`,
  }
}

type Start = { api: string; server: string; inputs: Readonly<Record<string, string>> }

async function start(folder: string, { api, server, inputs }: Start, options: Options = {}) {
  const own = await mkdtemp(join(folder, 'step-'))
  const [output, summary] = [join(own, 'output'), join(own, 'summary')]
  await Promise.all([writeFile(output, ''), writeFile(summary, '')])
  const given = { app: 'app', repository: 'acme/gitops', ...inputs }
  const child = spawn(process.execPath, [mainOf(options.action ?? 'promote')], {
    timeout: 60_000,
    killSignal: 'SIGKILL',
    env: {
      PATH: process.env.PATH,
      HOME: own,
      RUNNER_TEMP: own,
      GITHUB_WORKSPACE: own,
      GITHUB_OUTPUT: output,
      GITHUB_STEP_SUMMARY: summary,
      GITHUB_API_URL: api,
      GITHUB_SERVER_URL: server,
      GITHUB_REPOSITORY: 'acme/gitops',
      GITHUB_RUN_ID: '7',
      ...Object.fromEntries(Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
    },
  })
  let log = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', chunk => {
      log += chunk
    })
  }
  const watching = setInterval(() => {
    if (!options.cancelWhen?.()) return
    clearInterval(watching)
    child.kill(options.by ?? 'SIGINT')
  }, 20)
  const code = await new Promise<number | null>(resolve => child.once('close', resolve))
  clearInterval(watching)
  const run: Run = {
    code,
    log,
    outputs: readOutputs(await readFile(output, 'utf8')),
    summary: await readFile(summary, 'utf8'),
  }
  return run
}

function readOutputs(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/^([\w-]+)<<(\S+)\n([\s\S]*?)\n?\2$/gm)].map(([, name = '', , value = '']) => [name, value]),
  )
}
