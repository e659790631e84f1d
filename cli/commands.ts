import type { Command } from './command.ts'

/**
 * Every command by name, loaded when it is asked for, so that `stovepipe status` does not pay for Octokit. To add one,
 * write `cli/<name>/index.ts` with an exported command (or one export for each subcommand) and mount it here.
 */
export const commands: Readonly<Record<string, () => Promise<Command>>> = {
  build: async () => (await import('./build/index.ts')).buildCommand,
  status: async () => (await import('./status/index.ts')).status,
}
