import { isNativeError } from 'node:util/types'
import { ConfigurationError, explainError } from '../configuration/index.ts'
import { nearest } from './arguments.ts'
import type { Command, Io } from './command.ts'
import { type ExitCode, exitCodes } from './exit.ts'
import { commandHelp, programHelp } from './help.ts'
import { streamLog } from './log.ts'

export type Mounted = Readonly<Record<string, () => Promise<Command>>>

/**
 * Runs the command line: `args` without the program's own name. Gives the exit code and never throws: a user's mistake
 * is one line with its place and cure, anything else a line with its chain of causes (the stack with `--verbose`).
 */
export async function run(args: readonly string[], commands: Mounted, io: Io): Promise<ExitCode> {
  try {
    return await dispatch(args, commands, io)
  } catch (error) {
    return explain(error, args.includes('--verbose'), io)
  }
}

async function dispatch(args: readonly string[], commands: Mounted, io: Io): Promise<ExitCode> {
  const [first] = args
  if (first === undefined || first === '--help' || first === '-h' || first === 'help') {
    const asked = first === undefined ? io.stderr : io.stdout
    asked.write(await programHelp(commands))
    return first === undefined ? exitCodes.configuration : exitCodes.done
  }
  const name = nameIn(args, commands)
  const load = name === undefined ? undefined : commands[name]
  if (name === undefined || !load) throw unknown(args, commands)
  const command = await load()
  const rest = args.slice(name.split(' ').length)
  const flags = rest.includes('--') ? rest.slice(0, rest.indexOf('--')) : rest
  if (flags.includes('--help') || flags.includes('-h')) {
    io.stdout.write(commandHelp(command))
    return exitCodes.done
  }
  return command.execute(rest, io)
}

/** The longest name that the arguments start with: `quarantine list` before `quarantine`. */
function nameIn(args: readonly string[], commands: Mounted): string | undefined {
  return [2, 1].map(words => args.slice(0, words).join(' ')).find(name => Object.hasOwn(commands, name))
}

function unknown(args: readonly string[], commands: Mounted): ConfigurationError {
  const [first = ''] = args
  const names = Object.keys(commands)
  const under = names.filter(name => name.startsWith(`${first} `))
  const near = nearest(first, names)
  const cure =
    under.length > 0
      ? `Write ${under.map(name => `\`stovepipe ${name}\``).join(' or ')}`
      : near === undefined
        ? 'See `stovepipe --help`'
        : `Did you mean \`stovepipe ${near}\`?`
  return new ConfigurationError({
    problem: 'unknown command',
    value: args.slice(0, under.length > 0 ? 2 : 1).join(' '),
    cure,
  })
}

function explain(error: unknown, verbose: boolean, io: Io): ExitCode {
  const log = streamLog(io, verbose)
  if (error instanceof ConfigurationError) {
    // Its message starts with its place, as a terminal links it.
    log.error(error.message)
    return exitCodes.configuration
  }
  if (io.signal.aborted) {
    log.error('cancelled')
    return exitCodes.cancelled
  }
  log.error(explainError(error))
  if (verbose && isNativeError(error) && error.stack) log.debug(error.stack)
  return exitCodes.fault
}
