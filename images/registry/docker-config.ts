import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { readDocument, validate } from '../../configuration/index.ts'
import { CommandNotFoundError, type RunCommand } from '../../host/index.ts'
import { type Credential, type Credentials, isSecret, parseDockerConfig } from './credentials.ts'

type Surroundings = { env: Readonly<Record<string, string | undefined>>; run: RunCommand }

const helpersSchema = z.object({
  credsStore: z.string().optional(),
  credHelpers: z.record(z.string(), z.string()).optional(),
})
const answerSchema = z.object({ Username: z.string(), Secret: z.string().min(1) })

/**
 * Finds what `docker login`, `buildah login` or `podman login` left for a registry: in the files where they put it, or
 * in the credential helper that a docker config names. Throws a ConfigurationError for a file that cannot be read as
 * such; a helper that has nothing, or is not installed, is passed over.
 */
export async function findCredentials(registry: string, { env, run }: Surroundings): Promise<Credentials> {
  const found = new Map<string, Credential>()
  for (const file of configFiles(env)) {
    const text = await readFile(file, 'utf8').catch(() => '')
    if (text.trim() === '') continue
    for (const [key, credential] of parseDockerConfig(text, file)) {
      if (!found.has(key)) found.set(key, credential)
    }
    const helper = helperFor(registry, text, file)
    const helped = helper === undefined || found.has(registry) ? undefined : await ask(helper, registry, run)
    if (helped) found.set(registry, helped)
  }
  return found
}

/** In the order of precedence (docker's config file, containers-auth.json(5)). */
function configFiles(env: Surroundings['env']): string[] {
  const home = env.HOME || homedir()
  return [
    env.REGISTRY_AUTH_FILE || undefined,
    join(env.DOCKER_CONFIG || join(home, '.docker'), 'config.json'),
    env.XDG_RUNTIME_DIR ? join(env.XDG_RUNTIME_DIR, 'containers', 'auth.json') : undefined,
    join(env.XDG_CONFIG_HOME || join(home, '.config'), 'containers', 'auth.json'),
  ].filter(file => file !== undefined)
}

const hub = 'https://index.docker.io/v1/'

function helperFor(registry: string, text: string, file: string): string | undefined {
  const { credHelpers = {}, credsStore } = validate(readDocument(text, file), helpersSchema, isSecret)
  const own = Object.hasOwn(credHelpers, registry) ? credHelpers[registry] : undefined
  const name = own ?? (registry === 'docker.io' ? credHelpers[hub] : undefined) ?? credsStore
  return name !== undefined && /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name) ? name : undefined
}

/** The protocol of docker-credential-helpers: the server on standard input, JSON back; `<token>` marks a token. */
async function ask(helper: string, registry: string, run: RunCommand): Promise<Credential | undefined> {
  const input = registry === 'docker.io' ? hub : registry
  try {
    const { code, stdout } = await run(`docker-credential-${helper}`, ['get'], { input, timeout: 20_000 })
    if (code !== 0) return undefined
    const { Username, Secret } = answerSchema.parse(JSON.parse(stdout))
    if (Username === '<token>') return { kind: 'identity', token: Secret }
    return { kind: 'password', username: Username, password: Secret }
  } catch (error) {
    // Without the helper the registry is asked without credentials, and its refusal says what to do.
    if (error instanceof CommandNotFoundError || error instanceof SyntaxError || error instanceof z.ZodError) {
      return undefined
    }
    throw error
  }
}
