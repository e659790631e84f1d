import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Processes, Running } from './processes.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

export type ActionRun = {
  /** Milliseconds since the epoch. */
  from: number
  to: number
  code: number | null
  signal: string | null
  outputs: Readonly<Record<string, string>>
  printed: string
}

/** An action under way; `running.pid` is the process of its bundle. */
export type StartedAction = { running: Running; result: Promise<ActionRun> }

export type ActionHost = {
  processes: Processes
  /** Where its files go. */
  folder: string
  /** What its environment has besides what the runner sets. */
  env: Readonly<Record<string, string | undefined>>
  /** Called with each line it prints. */
  tell: (line: string) => void
}

/**
 * Starts an action as GitHub's runner does: its bundle in `dist/` in a process of its own, inputs as `INPUT_…`, outputs
 * and summary in files whose names are in the environment. `workspace` is the folder it runs in.
 */
export function startAction(
  name: string,
  inputs: Readonly<Record<string, string>>,
  { processes, folder, env, tell }: ActionHost,
  workspace: string,
): StartedAction {
  const files = mkdtempSync(join(folder, 'tmp', `${name}-`))
  for (const file of ['output', 'summary']) writeFileSync(join(files, file), '')
  const from = Date.now()
  const child = spawn(process.execPath, [join(root, 'dist', `${name}.mjs`)], {
    cwd: workspace,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...env,
      ...Object.fromEntries(
        Object.entries(inputs).map(([key, value]) => [`INPUT_${key.replaceAll(' ', '_').toUpperCase()}`, value]),
      ),
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_OUTPUT: join(files, 'output'),
      GITHUB_STEP_SUMMARY: join(files, 'summary'),
      GITHUB_WORKSPACE: workspace,
      RUNNER_TEMP: files,
    },
  })
  const running = processes.adopt(name, child)
  let printed = ''
  let rest = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8')
    stream.on('data', (text: string) => {
      printed += text
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) tell(line)
    })
  }
  const result = new Promise<ActionRun>(resolve => {
    child.on('close', (code, signal) => {
      if (rest !== '') tell(rest)
      const outputs = readOutputs(readFileSync(join(files, 'output'), 'utf8'))
      resolve({ from, to: Date.now(), code, signal, outputs, printed })
    })
  })
  return { running, result }
}

/**
 * Reads what an action wrote to `GITHUB_OUTPUT`: `name=value`, or `name<<DELIMITER`, lines, `DELIMITER` (GitHub's
 * documentation of workflow commands, "Setting an output parameter" and "Multiline strings").
 */
export function readOutputs(text: string): Record<string, string> {
  const outputs: Record<string, string> = {}
  const lines = text.split('\n')
  for (let line = lines.shift(); line !== undefined; line = lines.shift()) {
    const [, name, delimiter] = /^([^=]+?)<<(.+)$/.exec(line) ?? []
    if (name !== undefined && delimiter !== undefined) {
      const end = lines.indexOf(delimiter)
      outputs[name] = lines
        .splice(0, end < 0 ? lines.length : end + 1)
        .slice(0, end < 0 ? undefined : -1)
        .join('\n')
    } else if (line.includes('=')) {
      outputs[line.slice(0, line.indexOf('='))] = line.slice(line.indexOf('=') + 1)
    }
  }
  return outputs
}
