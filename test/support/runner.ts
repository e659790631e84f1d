import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What a step left behind. */
export type StepRun = { code: number | null; log: string; outputs: Record<string, string>; summary: string }

type Texts = Readonly<Record<string, string>>

/** `limit`: how long the step may take, in milliseconds, before it is killed. `heard` gets what it prints as it comes. */
export type StepOptions = { limit?: number; heard?: (text: string) => void }

/**
 * Runs an action's bundle as GitHub's runner does: a process of its own, inputs as `INPUT_…`, outputs and summary in
 * files. What is in `dist/` is run, so run `npm run bundle` first when the sources changed.
 */
export function runBundle(action: string, inputs: Texts, env: Texts = {}): Promise<StepRun> {
  return runStep(new URL(`../../dist/${action}.mjs`, import.meta.url), inputs, env)
}

/** The same for any program: a bundle, or an action's own `main.ts`. */
export async function runStep(
  program: URL,
  inputs: Texts,
  env: Texts = {},
  { limit = 60_000, heard = () => {} }: StepOptions = {},
): Promise<StepRun> {
  const folder = await mkdtemp(join(tmpdir(), 'stovepipe-step-'))
  const files = { output: join(folder, 'output'), summary: join(folder, 'summary') }
  await Promise.all(Object.values(files).map(file => writeFile(file, '')))
  try {
    const child = spawn(process.execPath, [fileURLToPath(program)], {
      cwd: folder,
      timeout: limit,
      killSignal: 'SIGKILL',
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        GITHUB_WORKSPACE: folder,
        RUNNER_TEMP: folder,
        GITHUB_OUTPUT: files.output,
        GITHUB_STEP_SUMMARY: files.summary,
        ...env,
        ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
      },
    })
    let log = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', chunk => {
        log += chunk
        heard(String(chunk))
      })
    }
    const code = await new Promise<number | null>(resolve => child.once('close', resolve))
    const outputs = readOutputs(await readFile(files.output, 'utf8'))
    return { code, log, outputs, summary: await readFile(files.summary, 'utf8') }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Reads `name<<delimiter`, the lines of the value, `delimiter`. */
function readOutputs(text: string): Record<string, string> {
  const outputs: Record<string, string> = {}
  for (const [, name = '', , value = ''] of text.matchAll(/^(.+?)<<(ghadelimiter_\S+)\n([\s\S]*?)\n\2$/gm)) {
    outputs[name] = value
  }
  return outputs
}
