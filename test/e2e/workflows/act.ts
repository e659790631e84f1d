import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync } from 'node:fs'
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { signalGroup } from '../simulator/process.ts'
import { watchGroup } from '../simulator/watch.ts'
import { cancelSteps } from './cancel.ts'

/** What starts a workflow, and where. */
export type Start = {
  /** The workflow's text, and its file name in `.github/workflows`. */
  workflow: string
  file: string
  event: 'push' | 'pull_request' | 'schedule' | 'workflow_dispatch' | 'workflow_run'
  /** The event's payload, as GitHub delivers it. */
  payload: Readonly<Record<string, unknown>>
  /** OWNER/NAME */
  repository: string
  ref: string
  sha: string
  /** The run's number at the API. */
  run: number
  actor?: string
  secrets?: Readonly<Record<string, string>>
  variables?: Readonly<Record<string, string>>
  /** Called with each line that a step prints. */
  heard?: (line: string) => void
}

/** Everything act needs to know besides. */
export type ActHost = {
  program: string
  /** Its files: home, caches, workspaces. */
  folder: string
  /** The file that gets all that it prints. */
  log: string
  repositories: readonly string[]
  /** `GITHUB_…` of every run, above all the addresses of the server and of its API. */
  github: Readonly<Record<string, string>>
  env: Readonly<Record<string, string | undefined>>
  /** What is to be done when everything ends. */
  defer(undo: () => Promise<void>): void
}

/** A workflow that ran. */
export type WorkflowRun = {
  code: number | null
  /** `success` or `failure` by the job's name, without the names of the workflows that called it. Skipped ones are left out. */
  jobs: Record<string, string>
  /** What the steps wrote to their summaries, in order. */
  summaries: string[]
  /** What the steps printed. */
  log: string
}

/** A workflow under way; `cancel` does as GitHub does when somebody presses the button, and resolves when it ended. */
export type Running = { ended: Promise<WorkflowRun>; cancel(): Promise<WorkflowRun> }

const entry = z.looseObject({
  msg: z.string().default(''),
  job: z.string().default(''),
  jobResult: z.string().optional(),
  command: z.string().optional(),
  content: z.string().optional(),
  raw_output: z.boolean().optional(),
})

/** Starts a workflow with act on this machine, without a container. */
export async function startWorkflow(start: Start, host: ActHost): Promise<Running> {
  const folder = await mkdtemp(join(host.folder, 'run-'))
  const path = `.github/workflows/${start.file}`
  await mkdir(join(folder, '.github/workflows'), { recursive: true })
  await writeFile(join(folder, path), start.workflow)
  await writeFile(join(folder, 'event.json'), JSON.stringify(start.payload))
  // JSON is YAML. In a file, because act hands its own environment to every step.
  await writeFile(join(folder, 'secrets.yml'), JSON.stringify(start.secrets ?? {}))
  const github = {
    ...host.github,
    GITHUB_REPOSITORY: start.repository,
    GITHUB_REF: start.ref,
    SHA_REF: start.sha, // act's own name for GITHUB_SHA
    GITHUB_WORKFLOW_REF: `${start.repository}/${path}@${start.ref}`, // which act does not set
    GITHUB_RUN_ID: String(start.run),
  }
  const args = [
    ...[start.event, '--workflows', path, '--eventpath', 'event.json', '--secret-file', 'secrets.yml', '--json'],
    ...['--platform', 'load-balancer=-self-hosted'], // the label in the starter traffic.yml
    ...['--platform', 'ubuntu-latest=-self-hosted', '--no-skip-checkout', '--no-cache-server', '--rm'],
    ...['--actor', start.actor ?? 'dana', '--action-cache-path', join(folder, 'act')],
    ...host.repositories.flatMap(repository => ['--local-repository', repository]),
    ...Object.entries(github).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
    ...Object.entries(start.variables ?? {}).flatMap(([name, value]) => ['--var', `${name}=${value}`]),
  ]
  const child = spawn(host.program, args, {
    cwd: folder,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...host.env, HOME: host.folder, XDG_CACHE_HOME: join(host.folder, 'cache') },
  })
  const { pid } = child
  if (pid === undefined) {
    const [error] = await once(child, 'error')
    throw new Error('act could not be started', { cause: error })
  }
  const forget = watchGroup(pid)
  const run: WorkflowRun = { code: null, jobs: {}, summaries: [], log: '' }
  const read = (line: string) => {
    appendFileSync(host.log, `${line}\n`)
    const { msg, job, jobResult, command, content, raw_output } = parse(line)
    if (jobResult !== undefined) run.jobs[job.split('/').at(-1)?.trim() ?? job] = jobResult // padded to equal lengths
    if (command === 'summary' && content !== undefined) run.summaries.push(content)
    if (!raw_output) return
    run.log += msg
    start.heard?.(msg)
  }
  for (const stream of [child.stdout, child.stderr]) {
    let rest = ''
    stream.setEncoding('utf8')
    stream.on('data', (text: string) => {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) read(line)
    })
  }
  const ended = once(child, 'close').then(([code]) => {
    forget()
    return { ...run, code: typeof code === 'number' ? code : null }
  })
  host.defer(async () => {
    // Only one that hangs is there still; its steps lose their terminal with it, and end.
    if (child.exitCode === null && child.signalCode === null) signalGroup(pid, 'SIGKILL')
    await ended
  })
  return {
    ended,
    async cancel() {
      await cancelSteps(pid)
      signalGroup(pid, 'SIGINT') // what would have come after them does not
      return ended
    },
  }
}

/** What is not act's JSON, such as its last line, is a message all the same. */
function parse(line: string): z.infer<typeof entry> {
  try {
    return entry.parse(JSON.parse(line))
  } catch {
    return entry.parse({ msg: line })
  }
}
