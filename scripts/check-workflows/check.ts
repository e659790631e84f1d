import { CommandNotFoundError, type CommandOptions, type CommandResult, type RunCommand } from '../../host/index.ts'

export type Files = { workflows: readonly string[]; actions: readonly string[] }

/** A program that judges workflows: how to get it into `.cache/`, and how to run it. */
export type Check = {
  name: string
  install(root: string, run: RunCommand): Promise<{ program: string } | { missing: string }>
  /** A non-zero code means findings, which it has printed. */
  check(program: string, root: string, files: Files, run: RunCommand): Promise<CommandResult>
}

/** Runs an installer. Gives the last lines of what it said when it failed, or undefined. */
export async function attempt(
  run: RunCommand,
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string | undefined> {
  try {
    const { code, stderr } = await run(program, args, { timeout: 300_000, ...options })
    if (code === 0) return undefined
    return `\`${program}\` said: ${stderr.trim().split('\n').slice(-3).join(' / ')}`
  } catch (error) {
    if (error instanceof CommandNotFoundError) return `\`${program}\` is not installed`
    throw error
  }
}
