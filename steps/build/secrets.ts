import { readFile } from 'node:fs/promises'
import { ConfigurationError, lines } from '../../configuration/index.ts'
import { inside, type Workspace } from './paths.ts'

/** A secret that the Dockerfile mounts by its id; its value is in the environment or in a file, never in an argument. */
export type BuildSecret = { id: string } & ({ from: 'env'; name: string } | { from: 'src'; path: string })

const place = { input: 'secrets' }
const cure = 'Write `id=<name>,env=<variable>` or `id=<name>,src=<file>`, one on each line: never the value itself'

/**
 * Reads lines of `id=…,env=…` or `id=…,src=…`, as docker and buildah write them. Throws a ConfigurationError that names
 * the line by its number: it may hold a secret by mistake.
 */
export async function parseSecrets(text: string, workspace: Workspace): Promise<BuildSecret[]> {
  const found: BuildSecret[] = []
  for (const [index, line] of lines(text).entries()) {
    const fail = (problem: string): never => {
      throw new ConfigurationError({ problem: `line ${index + 1}: ${problem}`, place, cure })
    }
    const [, id = '', kind, value = ''] = /^id=([A-Za-z0-9_][A-Za-z0-9_.-]*),(env|src)=([^,]+)$/.exec(line) ?? []
    if (kind === undefined) fail('this names no secret')
    if (found.some(secret => secret.id === id)) fail(`the secret ${id} is there twice`)
    if (kind === 'src') {
      found.push({ id, from: 'src', path: await fileOf(value, workspace) })
      continue
    }
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(value)) fail(`the secret ${id} names no environment variable`)
    found.push({ id, from: 'env', name: value })
  }
  return found
}

/** What must not be shown: the values, and each line of one that has several. Throws a ConfigurationError where one is missing. */
export async function secretValues(
  secrets: readonly BuildSecret[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<string[]> {
  const values: string[] = []
  for (const secret of secrets) {
    const value = secret.from === 'env' ? env[secret.name] : await readFile(secret.path, 'utf8')
    if (value === undefined || value === '') {
      const where = secret.from === 'env' ? `the environment variable ${secret.name} is not set` : 'its file is empty'
      throw new ConfigurationError({
        problem: `the secret ${secret.id} has no value: ${where}`,
        place,
        cure: 'Give it to the step (`env:` in a workflow); a workflow for a fork has no secrets',
      })
    }
    const parts = value.split(/\r?\n/).map(line => line.trim())
    values.push(value, ...parts)
  }
  // The longest first, so that no part is shown of one that holds another. Very short ones would blot out the log.
  return [...new Set(values)].filter(value => value.length > 3).sort((a, b) => b.length - a.length)
}

/** The arguments that docker, buildx and buildah have in common for secrets. */
export function secretFlags(secrets: readonly BuildSecret[]): string[] {
  return secrets.flatMap(secret => [
    '--secret',
    secret.from === 'env' ? `id=${secret.id},env=${secret.name}` : `id=${secret.id},src=${secret.path}`,
  ])
}

/** A file in the workspace, or in the runner's folder for temporary files, where steps before put theirs. */
async function fileOf(path: string, workspace: Workspace): Promise<string> {
  const { temporary } = workspace
  if (temporary !== undefined && path.startsWith(`${temporary}/`)) {
    return inside({ base: temporary, within: temporary }, 'secrets', path, 'file')
  }
  return inside(workspace, 'secrets', path, 'file')
}
