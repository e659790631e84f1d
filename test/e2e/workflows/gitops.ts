import type { Run } from '../../support/github/index.ts'
import { templateFiles } from '../../support/template.ts'
import type { Running, WorkflowRun } from './act.ts'
import { app, inactive, type World } from './world.ts'

/** The template with one app, our addresses, and seconds where it has minutes; what is judged, and how, stays. */
export async function gitopsFiles(here: {
  /** Where the app's images go, and the digest of the one that runs everywhere. */
  image: string
  first: string
  source: string
  prometheus: string
  /** As fleet.yaml names the load balancer. */
  balancer: string
}): Promise<Record<string, string>> {
  const changes: [RegExp | string, string][] = [
    ['https://prometheus.example', here.prometheus],
    ['http://prometheus-operated.monitoring:9090', here.prometheus],
    [`https://github.com/acme/${app}.git`, here.source],
    [`ghcr.io/acme/${app}`, here.image],
    [`sha256:${'0'.repeat(64)}`, here.first],
    ['unix:/run/haproxy/admin.sock', here.balancer],
    [/\[2m\]/g, '[4s]'],
    [/interval: 1m\b/g, 'interval: 1s'],
    [/count: 5\b/g, 'count: 4'],
    [/timeout: 10m\b/g, 'timeout: 20s'],
  ]
  const kept = Object.entries(templateFiles()).filter(([path]) => !path.startsWith('apps/storefront/'))
  const files: Record<string, string> = Object.fromEntries(
    kept.map(([path, text]) => [path, changes.reduce((so, [from, to]) => so.replaceAll(from, to), text)]),
  )
  const file = `clusters/${inactive}.yaml`
  return { ...files, [file]: (files[file] ?? '').replace('state: active', 'state: inactive') }
}

/**
 * What starts one of the GitOps repository's workflows: inputs by hand, a run that was dispatched, the end of another
 * workflow by its name, or else the schedule.
 */
export type Cause = {
  inputs?: Readonly<Record<string, string>>
  dispatched?: Run
  after?: string
  /** Inputs of the reusable workflow that the team adds to the starter. */
  settings?: readonly string[]
  heard?: (line: string) => void
}

/** Starts a workflow of the GitOps repository. */
export async function start(
  world: World,
  file: string,
  { inputs, dispatched, after, settings = [], heard }: Cause = {},
): Promise<Running> {
  const given = dispatched?.inputs ?? inputs
  return world.start({
    file,
    edit: starter => fitted(starter, settings, file),
    event: given ? 'workflow_dispatch' : after === undefined ? 'schedule' : 'workflow_run',
    payload: {
      ref: 'refs/heads/main',
      repository: { default_branch: 'main', visibility: 'private' },
      ...(given && { inputs: given }),
      ...(after !== undefined && { action: 'completed', workflow_run: { name: after, conclusion: 'success' } }),
    },
    repository: 'acme/gitops',
    ref: 'refs/heads/main',
    sha: await world.gitops.head(),
    app: world.promoter,
    ...(dispatched && { run: dispatched }),
    ...(heard && { heard }),
  })
}

/** The same, to its end. */
export async function run(world: World, file: string, cause: Cause = {}): Promise<WorkflowRun> {
  return (await start(world, file, cause)).ended
}

/** What a team adds to a starter: `settings` below `with:`, and for promotions an App, which tells the application. */
function fitted(starter: string, settings: readonly string[], file: string): string {
  const lines = [starter.trimEnd(), ...settings.map(setting => `      ${setting}`)]
  if (file !== 'promote.yml') return `${lines.join('\n')}\n`
  return `${lines.join('\n')}
      app-client-id: \${{ vars.STOVEPIPE_CLIENT_ID }}
    secrets:
      app-private-key: \${{ secrets.STOVEPIPE_PRIVATE_KEY }}
`
}
