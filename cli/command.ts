import type { Clock, Log, RunCommand } from '../host/index.ts'
import { parseFlags } from './arguments.ts'
import type { Ask } from './ask.ts'
import type { ExitCode } from './exit.ts'
import { streamLog } from './log.ts'
import type { Options, Values } from './options.ts'

/** Where text goes: `process.stdout` and `process.stderr` fit, and so does an array in a test. */
export type Output = { write(text: string): unknown; isTTY?: boolean; columns?: number; rows?: number }

/** Everything of the outside world that a command may touch; `cli/main.ts` passes the real one. */
export type Io = {
  /** Results only. */
  stdout: Output
  /** Everything else: progress, warnings, errors. */
  stderr: Output
  env: Readonly<Record<string, string | undefined>>
  clock: Clock
  fetch: typeof fetch
  run: RunCommand
  /** Aborted by Ctrl-C and SIGTERM. */
  signal: AbortSignal
  cwd: string
  /** An existing folder for temporary files. */
  temporary: string
  /** Asks the person at the terminal; missing where there is none. */
  ask?: Ask
}

/** What a command is given when it runs: the world, and a log on standard error that honours `--verbose`. */
export type Context = Io & { log: Log }

export type Definition<O extends Options> = {
  /** As typed, for example `status` or `quarantine list`. */
  name: string
  /** One line for the list of commands. */
  summary: string
  /** What follows the name, for example `FILE... [options]`. */
  usage: string
  /** More for `--help`, below the summary. */
  description?: string
  options: O
  /** How many arguments that are no flags it takes; none when left out. */
  positionals?: { min: number; max: number }
  run(values: Values<O>, positionals: string[], context: Context): Promise<ExitCode>
}

/** A command as the frame sees it, its flags' types hidden. */
export type Command = Omit<Definition<Options>, 'run'> & { execute(args: readonly string[], io: Io): Promise<ExitCode> }

/**
 * Makes a command: its arguments are parsed strictly before it runs. `execute` throws a ConfigurationError for a flag
 * that is unknown, given twice, or lacks its value, and for the wrong number of arguments.
 */
export function command<const O extends Options>(definition: Definition<O>): Command {
  const { run, ...about } = definition
  return {
    ...about,
    execute(args, io) {
      const { values, positionals, verbose } = parseFlags(about, args)
      return run(values, positionals, { ...io, log: streamLog(io, verbose) })
    },
  }
}
