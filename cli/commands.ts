import type { Command } from './command.ts'

/**
 * Every command by name, loaded when it is asked for, so that `stovepipe status` does not pay for Octokit. To add one,
 * write `cli/<name>/index.ts` with an exported command (or one export for each subcommand) and mount it here.
 */
export const commands: Readonly<Record<string, () => Promise<Command>>> = {
  adopt: async () => (await import('./adopt/index.ts')).adoptCommand,
  analyze: async () => (await import('./analyze/index.ts')).analyzeCommand,
  'app add': async () => (await import('./app/add.ts')).appAdd,
  build: async () => (await import('./build/index.ts')).buildCommand,
  bump: async () => (await import('./bump/index.ts')).bumpCommand,
  check: async () => (await import('./check/index.ts')).checkCommand,
  'cluster activate': async () => (await import('./cluster/index.ts')).clusterActivate,
  'cluster add': async () => (await import('./cluster/index.ts')).clusterAdd,
  'cluster deactivate': async () => (await import('./cluster/index.ts')).clusterDeactivate,
  'cluster drain': async () => (await import('./cluster/index.ts')).clusterDrain,
  dispatch: async () => (await import('./dispatch/index.ts')).dispatchCommand,
  init: async () => (await import('./init/index.ts')).initCommand,
  lint: async () => (await import('./lint/index.ts')).lintCommand,
  promote: async () => (await import('./promote/index.ts')).promoteCommand,
  'quarantine list': async () => (await import('./quarantine/list.ts')).quarantineList,
  'quarantine release': async () => (await import('./quarantine/release.ts')).quarantineRelease,
  resume: async () => (await import('./resume/index.ts')).resumeCommand,
  rollback: async () => (await import('./rollback/index.ts')).rollbackCommand,
  status: async () => (await import('./status/index.ts')).status,
  suspend: async () => (await import('./suspend/index.ts')).suspendCommand,
  traffic: async () => (await import('./traffic/index.ts')).trafficCommand,
  'traffic drain': async () => (await import('./traffic/index.ts')).trafficDrainCommand,
}
