import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Makes the bundles as `npm run bundle` does, in another folder than `dist/`, and gives that. */
export async function bundle(folder: string): Promise<string> {
  const rolldown = fileURLToPath(new URL('../../node_modules/rolldown/bin/cli.mjs', import.meta.url))
  const args = [rolldown, '--config', 'rolldown.config.ts', '--dir', folder]
  await promisify(execFile)(process.execPath, args, { cwd: root, maxBuffer: 16 * 2 ** 20 })
  return folder
}
