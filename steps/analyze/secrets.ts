import { ConfigurationError } from '../../configuration/index.ts'
import type { Secrets } from '../../rollouts/analysis/index.ts'
import { readText } from './files.ts'
import type { InputHost } from './request.ts'

/**
 * Reads the values of secretKeyRefs: `NAME/KEY` -> `env:VARIABLE` or `file:PATH` (whose last line break is not part of
 * it). Only what is named here is read. Throws a ConfigurationError for a source that is missing.
 */
export async function readSecrets(sources: Readonly<Record<string, string>>, host: InputHost): Promise<Secrets> {
  const secrets = new Map<string, Map<string, string>>()
  for (const [reference, source] of Object.entries(sources)) {
    const [name = '', key = ''] = reference.split('/')
    const keys = secrets.get(name) ?? new Map<string, string>()
    secrets.set(name, keys.set(key, await readSource(reference, source, host)))
  }
  return secrets
}

/** The values alone, for those who hide them. */
export function secretValues(secrets: Secrets): string[] {
  return [...secrets.values()].flatMap(keys => [...keys.values()])
}

async function readSource(reference: string, source: string, host: InputHost): Promise<string> {
  const [, kind, where = ''] = /^(env|file):(.+)$/.exec(source) ?? []
  if (kind === 'file') return (await readText(host, 'secrets', where)).replace(/\r?\n$/, '')
  const value = kind === 'env' ? host.env[where] : undefined
  if (value !== undefined) return value
  throw new ConfigurationError({
    problem:
      kind === 'env' ? `the environment variable for ${reference} is not set` : `${reference} is read from nowhere`,
    place: { input: 'secrets' },
    ...(kind === 'env' && { value: where }),
    cure: 'Write SECRET/KEY=env:VARIABLE or SECRET/KEY=file:PATH',
  })
}
