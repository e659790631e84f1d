import type { Pull } from '../../support/github/index.ts'
import type { WorkflowRun } from './act.ts'
import { sourceFiles, withSettings } from './release.ts'
import { app, type World } from './world.ts'

const repository = `acme/${app}`

type Files = Readonly<Record<string, string>>

/** Opens a pull request with a commit on a branch of its own; of a fork where `from` names another repository. */
export async function openPull(world: World, { from = repository, title = 'A change' } = {}): Promise<Pull> {
  const { source, github } = world
  if (!github.state.repositories.has(from)) github.repository(from, { private: false })
  const ref = `change-${github.state.nextId}`
  await source.git('branch', ref, 'main')
  const pull = github.pull(repository, { title, head: { ref, sha: '', repository: from } })
  await push(world, pull)
  return pull
}

/** Pushes a commit to a pull request's branch. */
export async function push({ source }: World, pull: Pull, files: Files = sourceFiles(0)): Promise<void> {
  pull.head.sha = await source.commit(files, { branch: pull.head.ref })
  await source.git('update-ref', `refs/pull/${pull.number}/head`, pull.head.sha)
}

/** What happened to a pull request: `label` is the one that was set or taken away. */
export type Happened = { action: string; label?: string; dependabot?: boolean; heard?: (line: string) => void }

/** Runs the application's `preview.yml` on it. */
export async function preview(
  world: World,
  pull: Pull,
  { action, label, dependabot = false, heard }: Happened,
): Promise<WorkflowRun> {
  const { number, head, base } = pull
  const { ended } = await world.start({
    file: 'preview.yml',
    edit: starter => withSettings(world, starter, []),
    event: 'pull_request',
    payload: {
      action,
      number,
      ...(label !== undefined && { label: { name: label } }),
      pull_request: {
        number,
        head: { ref: head.ref, sha: head.sha, repo: { full_name: head.repository } },
        base: { ref: 'main', sha: base.sha },
      },
      repository: { full_name: repository, default_branch: 'main', visibility: 'public' },
    },
    repository,
    ref: `refs/pull/${number}/merge`,
    sha: await world.source.head(), // not what is built: the head is
    fork: head.repository !== repository,
    dependabot,
    app: world.dispatcher,
    ...(heard && { heard }),
  })
  return ended
}

/** Runs it as the schedule does, for previews older than a moment. */
export async function expire(world: World): Promise<WorkflowRun> {
  const { ended } = await world.start({
    file: 'preview.yml',
    edit: starter => withSettings(world, starter, ['lifetime: 1s']),
    event: 'schedule',
    payload: { repository: { full_name: repository, default_branch: 'main', visibility: 'public' } },
    repository,
    ref: 'refs/heads/main',
    sha: await world.source.head(),
    app: world.dispatcher,
  })
  return ended
}

/** What the API knows of a pull request's preview. */
export function shownOf({ github: { state } }: World, pull: Pull) {
  const known = state.repositories.get(repository)
  const name = `preview-${app}-pr-${pull.number}`
  return {
    labels: pull.labels,
    comments: (known?.comments ?? []).filter(({ number }) => number === pull.number),
    deployments: (known?.deployments ?? [])
      .filter(({ environment }) => environment === name)
      .map(({ sha, statuses }) => ({ sha, state: statuses.at(-1)?.state })),
  }
}
