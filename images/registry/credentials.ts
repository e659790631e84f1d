import { z } from 'zod'
import { readDocument, validate } from '../../configuration/index.ts'

/** What a registry accepts: a name and password (or access token), or a token that buys access tokens (OAuth 2). */
export type Credential = { kind: 'password'; username: string; password: string } | { kind: 'identity'; token: string }

/** Credentials by registry host, or by host and the beginning of a path. */
export type Credentials = ReadonlyMap<string, Credential>

const entry = z.object({
  auth: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  identitytoken: z.string().optional(),
})
const schema = z.object({ auths: z.record(z.string(), entry).optional() })

/** What is not as it should be may be a password at the wrong place, so no value of these files is shown. */
export const isSecret = () => true

/**
 * Reads the `auths` of a docker `config.json` (or of the `auth.json` of buildah and podman): what `docker login` wrote.
 * `file` names the text in errors. Throws a ConfigurationError when it is not such a file. Entries without a password
 * (it is then in a credential helper) are left out.
 */
export function parseDockerConfig(text: string, file: string): Credentials {
  if (text.trim() === '') return new Map()
  const { auths = {} } = validate(readDocument(text, file), schema, isSecret)
  const found = new Map<string, Credential>()
  for (const [key, value] of Object.entries(auths)) {
    const credential = credentialOf(value)
    if (credential) found.set(normalize(key), credential)
  }
  return found
}

/** The credential for a repository on a registry: the one for the longest beginning of its path, as containers do. */
export function credentialFor(credentials: Credentials, host: string, path: string): Credential | undefined {
  const parts = [host, ...path.split('/')]
  for (let length = parts.length; length > 0; length--) {
    const credential = credentials.get(parts.slice(0, length).join('/'))
    if (credential) return credential
  }
  return undefined
}

function credentialOf({ auth, username, password, identitytoken }: z.infer<typeof entry>): Credential | undefined {
  if (identitytoken) return { kind: 'identity', token: identitytoken }
  const decoded = auth ? Buffer.from(auth, 'base64').toString() : `${username ?? ''}:${password ?? ''}`
  const colon = decoded.indexOf(':')
  if (colon < 1 || colon === decoded.length - 1) return undefined
  return { kind: 'password', username: decoded.slice(0, colon), password: decoded.slice(colon + 1) }
}

/** Docker Hub goes by an old URL in these files; others may be written as URLs too. */
function normalize(key: string): string {
  const host = key
    .replace(/^https?:\/\//, '')
    .replace(/\/v[12]\/?$/, '')
    .replace(/\/+$/, '')
  return host === 'index.docker.io' || host === 'registry-1.docker.io' ? 'docker.io' : host
}
