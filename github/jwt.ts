import { createPrivateKey, type KeyObject, sign } from 'node:crypto'
import { ConfigurationError } from '../configuration/index.ts'

/** Seconds. GitHub refuses tokens of more than ten minutes, and those of a clock that runs ahead of its own. */
const lifetime = 540
const margin = 60

/**
 * The token with which a GitHub App proves who it is (RFC 7519, signed with RS256). `now` is in milliseconds.
 * https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app
 */
export function signAppToken(clientId: string, key: KeyObject, now: number): { token: string; expiresAt: number } {
  const seconds = Math.floor(now / 1000)
  const claims = { iat: seconds - margin, exp: seconds + lifetime, iss: clientId }
  const signed = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode(claims)}`
  const signature = sign('RSA-SHA256', Buffer.from(signed), key).toString('base64url')
  return { token: `${signed}.${signature}`, expiresAt: claims.exp * 1000 }
}

/** Reads an App's private key, as GitHub gives it to download. Throws a ConfigurationError that does not show it. */
export function readPrivateKey(pem: string): KeyObject {
  try {
    // Some stores of secrets keep a text of one line.
    const key = createPrivateKey(pem.replaceAll('\\n', '\n'))
    if (key.asymmetricKeyType === 'rsa') return key
  } catch {
    // What the parser says may hold parts of the key.
  }
  throw new ConfigurationError({
    problem: "the GitHub App's private key cannot be read",
    cure: 'Pass the whole PEM file, from -----BEGIN to -----END, as it was downloaded from the settings of the App',
  })
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
