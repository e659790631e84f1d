import { z } from 'zod'
import { type Challenge, parseChallenges } from './challenge.ts'
import type { Credential } from './credentials.ts'
import { RegistryError } from './error.ts'
import { isLoopback } from './host.ts'
import { read, reasonOf } from './read.ts'
import { refused, type Subject, unanswered } from './refusal.ts'

const answerSchema = z.object({ token: z.string().optional(), access_token: z.string().optional() })

type Request = {
  fetch: typeof fetch
  credential: Credential | undefined
  subject: Subject
  /** The repository's path on the registry. */
  path: string
  /** Whether it is to be written to. */
  push: boolean
  /** Ends the request, also when it takes too long. */
  signal: AbortSignal
  /** The caller's own, whose reason is thrown then. */
  cancelled: AbortSignal | undefined
}

/**
 * Answers a registry's 401: the `Authorization` header to try again with, or undefined when the registry asks for
 * something that the credentials cannot give. Bearer tokens are fetched as the distribution project's token
 * specification describes (spec/auth/token.md and oauth.md). Throws a RegistryError when the token service refuses.
 */
export async function authorize(header: string, request: Request): Promise<string | undefined> {
  const challenges = parseChallenges(header)
  const bearer = challenges.find(({ scheme }) => scheme === 'bearer')
  if (bearer) return `Bearer ${await fetchToken(bearer, request)}`
  const basic = challenges.find(({ scheme }) => scheme === 'basic')
  if (basic && request.credential?.kind === 'password') return basicHeader(request.credential)
  return undefined
}

async function fetchToken({ parameters }: Challenge, request: Request): Promise<string> {
  const { credential, subject, signal, cancelled } = request
  const realm = realmOf(parameters, subject)
  const query = {
    ...(parameters.service !== undefined && { service: parameters.service }),
    scope: scopeOf(parameters.scope, request),
  }
  let url = realm.href
  // The credentials are for this address alone; a redirect would take them along.
  const options = { redirect: 'manual', signal } as const
  let init: RequestInit = options
  if (credential?.kind === 'identity') {
    const form = { grant_type: 'refresh_token', client_id: 'stovepipe', refresh_token: credential.token, ...query }
    init = { method: 'POST', body: new URLSearchParams(form), ...options }
  } else {
    for (const [name, value] of Object.entries(query)) realm.searchParams.set(name, value)
    url = realm.href
    if (credential) init = { headers: { authorization: basicHeader(credential) }, ...options }
  }
  const response = await request.fetch(url, init).catch(error => {
    throw reasonOf(cancelled) ?? unanswered(subject, error)
  })
  const body = (await read(response, subject, cancelled)).toString()
  if (response.status >= 300 && response.status < 400) {
    throw new RegistryError('untrusted', {
      problem: `registry ${subject.host} does not give ${subject.wanted}: its token service ${realm.host} sends on to another address (HTTP ${response.status})`,
      cure: 'The registry must name the address that gives its tokens',
    })
  }
  if (!response.ok) throw refused(subject, response, body)
  const token = tokenIn(body)
  if (token !== undefined) return token
  throw new RegistryError('invalid', {
    problem: `registry ${subject.host} does not give ${subject.wanted}: its token service ${realm.host} gave no token`,
    cure: 'Check that this is a container registry',
  })
}

/** What the registry asks for; some ask for reading alone where something is written. */
function scopeOf(asked: string | undefined, { path, push }: Request): string {
  if (!push) return asked ?? `repository:${path}:pull`
  const writing = `repository:${path}:pull,push`
  return asked === undefined || asked === `repository:${path}:pull` || asked === writing
    ? writing
    : `${asked} ${writing}`
}

/** Where the token comes from. The credentials go there, so a registry on the network must name a TLS address. */
function realmOf({ realm = '' }: Challenge['parameters'], subject: Subject): URL {
  const url = URL.canParse(realm) ? new URL(realm) : undefined
  const allowed =
    url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.host) && isLoopback(subject.host))
  if (url && allowed && url.username === '' && url.password === '') return url
  throw new RegistryError('untrusted', {
    problem: `registry ${subject.host} asks for a token from an address that is not trusted (${JSON.stringify(realm.slice(0, 200))})`,
    cure: 'Its token service must have an https address',
  })
}

function tokenIn(body: string): string | undefined {
  try {
    const { token, access_token } = answerSchema.parse(JSON.parse(body))
    const found = token || access_token
    return found && /^[\x21-\x7e]+$/.test(found) ? found : undefined
  } catch {
    return undefined
  }
}

function basicHeader({ username, password }: { username: string; password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
}
