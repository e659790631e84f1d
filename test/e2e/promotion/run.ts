import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import { runStep, type StepRun } from '../../support/runner.ts'
import type { Scene } from './scene.ts'

export type ObserverName = 'argocd' | 'kubernetes'

const outcome = z.looseObject({
  result: z.string(),
  reason: z.string(),
  commits: z.array(z.object({ commit: z.string(), title: z.string() })),
})

export type Outcome = z.infer<typeof outcome>

/** What a command printed; `log` is standard error with all that it waited for. */
export type CommandRun = { code: number | null; stdout: string; log: string }

/**
 * Runs the bundled `stovepipe`, in a process of its own, and shows what it waits for. With `cancelAt`, it is asked
 * to stop as by Ctrl-C once its log says that.
 */
export async function stovepipe(
  { fleet, gitops, dist }: Scene,
  args: readonly string[],
  { cancelAt }: { cancelAt?: string } = {},
): Promise<CommandRun> {
  const child = spawn(
    process.execPath,
    [join(dist, 'stovepipe.mjs'), ...args, '--repository', gitops.folder, '--verbose'],
    {
      cwd: fleet.folder,
      timeout: limit,
      killSignal: 'SIGKILL',
      env: {
        PATH: process.env.PATH,
        HOME: fleet.folder,
        KUBECONFIG: kubeconfigs(fleet),
        ARGOCD_AUTH_TOKEN: fleet.argocd.token,
      },
    },
  )
  let stdout = ''
  let log = ''
  const hear = teller(args.join(' '))
  child.stdout.on('data', chunk => {
    stdout += chunk
  })
  child.stderr.on('data', chunk => {
    log += chunk
    hear(String(chunk))
    if (cancelAt !== undefined && log.includes(cancelAt)) child.kill('SIGINT')
  })
  const code = await new Promise<number | null>(resolve => child.once('close', resolve))
  return { code, stdout, log }
}

/** The arguments of `stovepipe promote` with an observer and how it is reached. */
export function promoteArguments({ fleet }: Scene, app: string, observer: ObserverName): string[] {
  const address = observer === 'argocd' ? ['--argocd-url', fleet.argocd.url] : ['--context', 'hub']
  return ['promote', '--app', app, '--observer', observer, ...address]
}

/** `stovepipe promote --json`: how it ended, and what it printed on the way. */
export async function promote(
  scene: Scene,
  app: string,
  observer: ObserverName,
  args: readonly string[] = [],
): Promise<Outcome & CommandRun> {
  const given = [...promoteArguments(scene, app, observer), '--json', ...args]
  const run = await stovepipe(scene, given)
  if (run.stdout === '') throw new Error(`stovepipe ${given.join(' ')} ended with ${run.code}:\n${run.log}`)
  return { ...outcome.parse(JSON.parse(run.stdout)), ...run }
}

/** The action `promote`, bundled, as GitHub's runner starts it. */
export function promoteAction(
  { fleet, gitops, dist }: Scene,
  inputs: Readonly<Record<string, string>>,
): Promise<StepRun> {
  return runStep(
    pathToFileURL(join(dist, 'promote.mjs')),
    { repository: gitops.folder, branch: 'main', ...inputs },
    { KUBECONFIG: kubeconfigs(fleet), RUNNER_DEBUG: '1' },
    { limit, heard: teller(`action promote ${inputs.app}`) },
  )
}

/** Milliseconds until a run is killed. */
const limit = 400_000

function kubeconfigs({ hub, clusters }: Scene['fleet']): string {
  return [hub, ...Object.values(clusters)].map(({ kubeconfig }) => kubeconfig).join(':')
}

/** Shows what is waited for, each reason once, past Jest, which keeps what it is given until the end. */
function teller(who: string): (text: string) => void {
  const started = Date.now()
  let last = ''
  return text => {
    for (const line of text.split('\n')) {
      if (line === '' || line === last || /^(::debug::)?git .* exit code \d+$|^::add-mask::/.test(line)) continue
      last = line
      process.stderr.write(
        `  ${((Date.now() - started) / 1000).toFixed(0).padStart(3)} s ${who.slice(0, 40)}: ${line}\n`,
      )
    }
  }
}
