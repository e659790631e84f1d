import { ConfigurationError } from '../../configuration/index.ts'
import { PrometheusError } from './error.ts'
import { type Connection, sendForm } from './request.ts'

/** How requests are authenticated, beside headers of the user's own. */
export type Authentication =
  | { kind: 'basic'; username: string; password: string }
  | { kind: 'bearer'; token: string }
  | { kind: 'oauth2'; tokenUrl: string; clientId: string; clientSecret: string; scopes: readonly string[] }

/** The value of the Authorization header for a request that is sent now. */
export type Authorize = (connection: Connection) => Promise<string>

/** Makes the Authorization header; OAuth2 tokens (RFC 6749, section 4.4) are fetched when needed and kept while valid. */
export function createAuthorize(authentication: Authentication, now: () => number): Authorize {
  switch (authentication.kind) {
    case 'basic': {
      const { username, password } = authentication
      return async () => `Basic ${basic(username, password)}`
    }
    case 'bearer':
      return async () => `Bearer ${authentication.token}`
    case 'oauth2': {
      let token: { value: string; expires: number } | undefined
      return async connection => {
        if (!token || token.expires <= now()) token = await fetchToken(authentication, connection, now())
        return `Bearer ${token.value}`
      }
    }
  }
}

/** A token is renewed this long before it expires, in milliseconds. */
const margin = 10_000

async function fetchToken(
  { tokenUrl, clientId, clientSecret, scopes }: Extract<Authentication, { kind: 'oauth2' }>,
  connection: Connection,
  now: number,
): Promise<{ value: string; expires: number }> {
  const url = URL.parse(tokenUrl)
  if (!url) throw new ConfigurationError({ problem: 'the OAuth2 tokenUrl is not a URL', value: tokenUrl })
  const name = `the OAuth2 token server at ${url.origin}`
  const credentials = basic(encodeURIComponent(clientId), encodeURIComponent(clientSecret))
  const form = new URLSearchParams({ grant_type: 'client_credentials' })
  if (scopes.length > 0) form.set('scope', scopes.join(' '))
  const answer = await sendForm(
    { ...connection, name, headers: new Headers({ authorization: `Basic ${credentials}` }) },
    url,
    form,
  )
  if (answer.status !== 200) {
    throw new PrometheusError('refused', `${name} refused: HTTP status ${answer.status}`, {
      cure: 'Check clientId, clientSecret and scopes',
    })
  }
  return parseToken(answer.body, name, now)
}

function basic(username: string, password: string): string {
  return Buffer.from(`${username}:${password}`).toString('base64')
}

function parseToken(body: string, name: string, now: number): { value: string; expires: number } {
  let grant: unknown
  try {
    grant = JSON.parse(body)
  } catch {
    grant = undefined
  }
  const value: unknown = typeof grant === 'object' && grant !== null ? Reflect.get(grant, 'access_token') : undefined
  const seconds: unknown = typeof grant === 'object' && grant !== null ? Reflect.get(grant, 'expires_in') : undefined
  if (typeof value !== 'string' || value === '') {
    throw new PrometheusError('response', `${name} gave no access token`)
  }
  // Some services write the number as a text, which Go's client takes too.
  const given = typeof seconds === 'string' && /^\d+$/.test(seconds) ? Number(seconds) : seconds
  const expires = typeof given === 'number' ? now + given * 1000 - margin : Number.POSITIVE_INFINITY
  return { value, expires }
}
