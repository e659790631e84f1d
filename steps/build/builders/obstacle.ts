import { CommandNotFoundError, type RunCommand } from '../../../host/index.ts'

/** Asks a program for its version; gives the reason when it is not installed or does not answer. */
export async function versionObstacle(
  run: RunCommand,
  program: string,
  args: readonly string[],
): Promise<string | undefined> {
  try {
    const { code, stderr } = await run(program, args, { timeout: 20_000 })
    if (code === 0) return undefined
    return `\`${program} ${args.join(' ')}\` failed: ${stderr.trim().split('\n').at(-1) || `exit code ${code}`}`
  } catch (error) {
    if (error instanceof CommandNotFoundError) return `${program} is not installed`
    throw error
  }
}
