import type { Run } from '../../support/github/index.ts'
import type { WorkflowRun } from './act.ts'
import { app, type World } from './world.ts'

let number = 0

/**
 * The tiny app's files, different each time. How many of its requests fail, from 0 to 1, is a label of the image: the
 * stand-ins of clusters go by it.
 */
export function sourceFiles(failing: number): Record<string, string> {
  return {
    Dockerfile: `FROM scratch\nLABEL failing="${failing}"\nCOPY version.txt /\n`,
    'version.txt': `${++number}\n`,
  }
}

/** What the application's workflow has built, and the run that it has dispatched. */
export type Released = { run: WorkflowRun; sha: string; dispatched: Run; digest: string }

type Pushed = {
  failing?: number
  /** What the commit changes, instead of the app. */
  files?: Record<string, string>
  /** More lines for the starter's `with:`. */
  settings?: readonly string[]
}

/** Pushes a commit to the application's repository and runs its workflow on that. */
export async function release(
  world: World,
  { failing = 0, files = sourceFiles(failing), settings = [] }: Pushed = {},
): Promise<Released> {
  const before = await world.source.head()
  const sha = await world.source.commit(files, { message: 'a change' })
  const known = new Set(runsAt(world))
  const started = await world.start({
    file: 'release.yml',
    edit: starter => withSettings(world, starter, ['sbom: "false"', 'provenance: "false"', ...settings]),
    event: 'push',
    payload: { ref: 'refs/heads/main', before, after: sha, deleted: false, repository: { visibility: 'public' } },
    repository: `acme/${app}`,
    ref: 'refs/heads/main',
    sha,
    app: world.dispatcher,
  })
  const run = await started.ended
  const [dispatched] = runsAt(world).filter(one => !known.has(one))
  if (!dispatched) throw new Error(`nothing was dispatched:\n${run.log}`)
  return { run, sha, dispatched, digest: dispatched.inputs.image?.split('@')[1] ?? '' }
}

/** The starter with our registry, its password, and what else a team may say there. */
export function withSettings({ image, registry }: World, starter: string, settings: readonly string[]): string {
  const secrets = /^ +secrets:\n/m.test(starter) ? starter : `${starter.trimEnd()}\n    secrets:\n`
  return secrets
    .replace(/^ +secrets:\n/m, '$&      registry-password: ${{ secrets.REGISTRY_PASSWORD }}\n')
    .replaceAll(`ghcr.io/acme/${app}`, image)
    .replace(/^( +)image: .*\n/m, (line, indent) =>
      [line, ...[`registry: ${registry}`, ...settings].map(setting => `${indent}${setting}\n`)].join(''),
    )
}

function runsAt({ github }: World): readonly Run[] {
  return github.state.repositories.get('acme/gitops')?.runs ?? []
}
