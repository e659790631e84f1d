import { tmpdir } from 'node:os'
import * as core from '@actions/core'
import { ConfigurationError, explainError } from '../../configuration/index.ts'
import { type Clock, type Log, type RunCommand, runCommand, systemClock } from '../../host/index.ts'
import { actionLog, harmless } from './log.ts'

/** The outside world as an action may touch it. */
export type ActionHost = {
  env: Readonly<Record<string, string | undefined>>
  clock: Clock
  fetch: typeof fetch
  run: RunCommand
  log: Log
  /** Aborted when the job is cancelled (SIGINT, then SIGTERM). */
  signal: AbortSignal
  /** An existing folder for temporary files, the runner's own where it has one. */
  temporary: string
  /** Hides a secret from here on; for those that no input brought. */
  mask(secret: string): void
  /**
   * Leaves a summary of a step that throws, or was cancelled: `say` makes it of the reason, in which no secret is left
   * that the step knows. Never throws, so that the reason itself can be thrown on.
   */
  summarizeFailure(error: unknown, say: (reason: string) => string): Promise<void>
}

/** What a step leaves behind. With `failure` the step fails and says so, after outputs and summary were written. */
export type ActionResult = { outputs: Readonly<Record<string, string>>; summary?: string; failure?: string }

export type Action<Inputs> = {
  /** Reads and checks the inputs; throws a ConfigurationError. */
  inputs(env: ActionHost['env']): Inputs
  /** Texts that must never be shown: masked before the first line is logged. */
  secrets(inputs: Inputs): readonly string[]
  /** The first line of the log, shown before anything slow is loaded: what the step is about to do. */
  title(inputs: Inputs): string
  run(inputs: Inputs, host: ActionHost): Promise<ActionResult>
}

/** GitHub refuses a step's summary over 1 MiB as a whole, so a longer one is cut (docs.github.com, workflow commands). */
const summaryLimit = 1024 * 1024 - 1024

/**
 * Runs an action as the runner starts it: inputs in, outputs and summary out, exit code 1 on failure. A user's mistake
 * is one line with its place and cure; anything else is reported with its chain of causes.
 */
export async function runAction<Inputs>(process: NodeJS.Process, action: Action<Inputs>): Promise<void> {
  const cancellation = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => cancellation.abort(new Error(`cancelled by ${signal}`)))
  }
  const secrets = new Set<string>()
  const mask = (secret: string): void => {
    for (const text of maskable(secret)) {
      secrets.add(text)
      core.setSecret(text)
    }
  }
  try {
    const inputs = action.inputs(process.env)
    for (const secret of action.secrets(inputs)) mask(secret)
    actionLog.info(action.title(inputs))
    const result = await action.run(inputs, {
      env: process.env,
      clock: systemClock,
      fetch,
      run: runCommand,
      log: actionLog,
      signal: cancellation.signal,
      temporary: process.env.RUNNER_TEMP || tmpdir(),
      mask,
      async summarizeFailure(error, say) {
        try {
          await summarize(without(secrets, say(without(secrets, explainError(error)))))
        } catch (failed) {
          actionLog.warning(`the step has no summary: ${explainError(failed)}`)
        }
      },
    })
    for (const [name, value] of Object.entries(result.outputs)) core.setOutput(name, value)
    if (result.summary !== undefined) await summarize(result.summary)
    if (result.failure !== undefined) core.setFailed(result.failure)
  } catch (error) {
    actionLog.error(explainError(error), error instanceof ConfigurationError ? error.fault.place : undefined)
    process.exitCode = core.ExitCode.Failure
    if (core.isDebug() && error instanceof Error && error.stack) core.debug(harmless(error.stack))
  }
}

/** A secret of several lines is printed line by line, so each line is masked too. */
function maskable(secret: string): string[] {
  const lines = secret.split('\n').map(line => line.trim())
  return [secret, ...(lines.length > 1 ? lines : [])].filter(text => text.length > 3)
}

/** A text with every secret in it covered as the runner covers it in a log, the longest first. */
function without(secrets: ReadonlySet<string>, text: string): string {
  const longestFirst = [...secrets].sort((one, other) => other.length - one.length)
  return longestFirst.reduce((left, secret) => left.replaceAll(secret, '***'), text)
}

async function summarize(markdown: string): Promise<void> {
  if (!process.env.GITHUB_STEP_SUMMARY) return
  const bytes = Buffer.from(markdown)
  const cut = bytes.length > summaryLimit
  const kept = cut ? `${bytes.subarray(0, summaryLimit).toString()}\n\n… cut: GitHub shows 1 MiB at most.` : markdown
  await core.summary.addRaw(kept, true).write()
}
