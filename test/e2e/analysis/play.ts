import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { z } from 'zod'
import { reportSchema } from '../../../steps/analyze/index.ts'
import { startScripted } from '../../support/prometheus/scripted.ts'
import type { Case } from './cases.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))

export type Played = {
  code: number | null
  log: string
  /** What the step printed as JSON. */
  report: z.infer<typeof reportSchema>
  /** How often Prometheus was asked, by query. */
  asked: Map<string, number>
}

export type How = {
  /** A file; the run is played here when left out. */
  kubeconfig?: string
  /** More flags of the command line. */
  flags?: readonly string[]
}

/** Plays a case through the command line, in a process of its own. */
export async function playOnCommandLine(one: Case, { kubeconfig, flags = [] }: How): Promise<Played> {
  return staged(one, async (folder, url) => {
    const args = [
      ...['analyze', 'templates.yaml', '--json', '--prometheus-url', url],
      ...(one.args ?? []).flatMap(arg => ['--arg', arg]),
      ...(kubeconfig === undefined
        ? one.secret === undefined
          ? []
          : ['--secret', 'login/token=env:LOGIN_TOKEN']
        : ['--cluster', '--kubeconfig', kubeconfig, '--namespace', 'default', '--keep', 'false']),
      ...flags,
    ]
    const { code, stdout, log } = await start('cli/main.ts', args, { LOGIN_TOKEN: one.secret }, { cwd: folder })
    return { code, log, report: parse(stdout, log) }
  })
}

/** Plays a case through the bundled action, as GitHub's runner starts it; it is cancelled once its log says so. */
export async function playAsAction(
  one: Case,
  {
    kubeconfig = '',
    inputs = {},
    cancelWhen,
  }: { kubeconfig?: string; inputs?: Record<string, string>; cancelWhen?: RegExp },
): Promise<Played & { summary: string; outputs: string; seconds: number }> {
  return staged(one, async (folder, url) => {
    const given = {
      templates: 'templates.yaml',
      'prometheus-url': url,
      args: (one.args ?? []).join('\n'),
      report: 'report',
      ...(kubeconfig !== '' && { mode: 'cluster', namespace: 'default', kubeconfig }),
      ...inputs,
    }
    const files = { GITHUB_OUTPUT: join(folder, 'output'), GITHUB_STEP_SUMMARY: join(folder, 'summary') }
    for (const file of Object.values(files)) await writeFile(file, '')
    const env = {
      ...files,
      GITHUB_WORKSPACE: folder,
      RUNNER_TEMP: folder,
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_REPOSITORY: 'acme/coolkit',
      GITHUB_RUN_ID: '42',
      ...Object.fromEntries(Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
    }
    const { code, log, seconds } = await start('dist/canary-analysis.mjs', [], env, { cwd: folder, cancelWhen })
    const [report, summary, outputs] = await Promise.all(
      [join(folder, 'report.json'), files.GITHUB_STEP_SUMMARY, files.GITHUB_OUTPUT].map(file =>
        readFile(file, 'utf8').catch(() => ''),
      ),
    )
    return { code, log, report: parse(report ?? '', log), summary: summary ?? '', outputs: outputs ?? '', seconds }
  })
}

/** A status without its times; metrics by name, for the controller lists them in the order in which they came. */
export function timeless(status: Played['report']['status']): unknown {
  const metricResults = status.metricResults.toSorted((a, b) => a.name.localeCompare(b.name))
  const time = /^(?:started|finished|completed)At$/
  return JSON.parse(JSON.stringify({ ...status, metricResults }, (key, value) => (time.test(key) ? undefined : value)))
}

async function staged<T>(
  one: Case,
  play: (folder: string, url: string) => Promise<T>,
): Promise<T & { asked: Map<string, number> }> {
  const prometheus = await startScripted(one.replies)
  const folder = await mkdtemp(join(tmpdir(), 'stovepipe-e2e-analysis-'))
  try {
    await writeFile(
      join(folder, 'templates.yaml'),
      one.documents.map(document => JSON.stringify(document)).join('\n---\n'),
    )
    return { ...(await play(folder, prometheus.url)), asked: prometheus.asked }
  } finally {
    await prometheus.close()
    await rm(folder, { recursive: true, force: true })
  }
}

async function start(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  { cwd, cancelWhen }: { cwd: string; cancelWhen?: RegExp | undefined },
): Promise<{ code: number | null; stdout: string; log: string; seconds: number }> {
  const child = spawn(process.execPath, [join(root, program), ...args], {
    cwd,
    env: { PATH: process.env.PATH, ...env },
    timeout: 170_000,
    killSignal: 'SIGKILL',
  })
  let stdout = ''
  let log = ''
  let cancelled = 0
  child.stdout.on('data', chunk => {
    stdout += chunk
    log += chunk
    if (!cancelWhen?.test(log) || cancelled > 0) return
    cancelled = Date.now()
    child.kill('SIGINT')
  })
  child.stderr.on('data', chunk => {
    log += chunk
  })
  const code = await new Promise<number | null>(resolve => child.once('close', resolve))
  return { code, stdout, log, seconds: cancelled === 0 ? 0 : (Date.now() - cancelled) / 1000 }
}

function parse(json: string, log: string): z.infer<typeof reportSchema> {
  if (json === '') throw new Error(`there is no report:\n${log}`)
  return reportSchema.parse(JSON.parse(json))
}
