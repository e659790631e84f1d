import { isNativeError } from 'node:util/types'
import { z } from 'zod'
import { parseJson } from '../../configuration/index.ts'
import { type Clock, readRetryAfter, systemClock } from '../../host/index.ts'
import { RegistryError, type RegistryFault } from './error.ts'

/** What was asked for, for messages: the registry's host, what is wanted from it, or put there. */
export type Subject = { host: string; wanted: string; put: boolean; authenticated: boolean }

type Refusal = { fault: RegistryFault; problem: string; cure: string }

const login = (host: string) =>
  `Log in to ${host} before this step (\`docker login ${host}\`, or docker/login-action in a workflow)`

/** The statuses that the distribution specification gives a meaning, and what a user can do about each. */
const refusals: Readonly<Record<number, (subject: Subject) => Refusal>> = {
  401: ({ host, authenticated }) =>
    authenticated
      ? {
          fault: 'unauthorized',
          problem: 'it refuses the credentials it was given',
          cure: `Log in to ${host} again: the password or token is wrong, or has expired`,
        }
      : { fault: 'unauthorized', problem: 'it asks for credentials and there are none', cure: login(host) },
  403: ({ host, authenticated }) => ({
    fault: 'forbidden',
    problem: authenticated ? 'the credentials do not allow this' : 'it does not allow this without credentials',
    cure: authenticated
      ? 'Give them access to the repository (on ghcr.io, `packages: read` to read and `packages: write` to push)'
      : login(host),
  }),
  404: () => ({
    fault: 'not-found',
    problem: 'it has no such image, or hides it from these credentials',
    cure: 'Check the repository, the tag and the digest, and that the credentials may read them',
  }),
  429: () => ({
    fault: 'limited',
    problem: 'it has had too many requests',
    cure: 'Wait and run this again; logging in raises the limit on Docker Hub',
  }),
}

const bodySchema = z.object({ errors: z.array(z.object({ code: z.string(), message: z.string().optional() })) })

/** Makes the error for an answer that is no success. `body` is what the registry said, if anything. */
export function refused(
  subject: Subject,
  response: Response,
  body: string,
  clock: Pick<Clock, 'now'> = systemClock,
): RegistryError {
  const reason = reasonIn(body)
  const { fault, problem, cure } =
    (subject.put ? refusedToPut(reason ?? '') : undefined) ??
    refusals[response.status]?.(subject) ??
    other(response.status)
  const retryAfter = secondsToWait(response, clock)
  const said = [`HTTP ${response.status}`, reason, retryAfter !== undefined && `retry after ${retryAfter} s`]
  return new RegistryError(fault, {
    problem: `registry ${subject.host} does not ${subject.put ? 'take' : 'give'} ${subject.wanted}: ${problem} (${said.filter(Boolean).join(', ')})`,
    cure,
    retryAfter,
  })
}

function secondsToWait({ headers }: Response, clock: Pick<Clock, 'now'>): number | undefined {
  const times = { retryAfter: headers.get('retry-after'), date: headers.get('date') }
  const wait = readRetryAfter(times, clock.now())
  return wait === undefined ? undefined : Math.ceil(wait / 1000)
}

/**
 * What registries say of a manifest that they do not take. ECR answers 400 with TAG_INVALID where a tag is immutable,
 * Harbor 412: only the words are the same.
 */
function refusedToPut(reason: string): Refusal | undefined {
  if (/immutable|cannot be overwritten/i.test(reason)) {
    return {
      fault: 'immutable',
      problem: 'the tag names another image, and may not be moved',
      cure: 'Give the image another `tag`, or let the registry overwrite this one',
    }
  }
  if (/DIGEST_INVALID|MANIFEST_UNVERIFIED/i.test(reason)) {
    return {
      fault: 'invalid',
      problem: 'what arrived there is not what was sent',
      cure: 'Run this again; if it stays so, look at what stands between the registry and here',
    }
  }
  if (/MANIFEST_BLOB_UNKNOWN|BLOB_UNKNOWN|MANIFEST_INVALID/i.test(reason)) {
    return {
      fault: 'invalid',
      problem: 'a part of the image is not there',
      cure: 'See that nothing removes images from the registry while they are in use, then build it again',
    }
  }
  return undefined
}

function other(status: number): Refusal {
  if (status >= 500) return { fault: 'unavailable', problem: 'it is failing', cure: 'Run this again later' }
  return { fault: 'invalid', problem: 'its answer is not understood', cure: 'Check that this is a container registry' }
}

/** The first reason that the registry gives, quoted and cut: it is text from outside. */
function reasonIn(body: string): string | undefined {
  const parsed = bodySchema.safeParse(parseJson(body))
  const [first] = parsed.success ? parsed.data.errors : []
  return first && JSON.stringify(`${first.code}${first.message ? `: ${first.message}` : ''}`.slice(0, 200))
}

/** Makes the error for a request that got no answer: `fetch` hides the reason in the causes of its TypeError. */
export function unanswered(subject: Subject, error: unknown): RegistryError {
  const code = codeOf(error)
  const problem = `registry ${subject.host} cannot be ${subject.put ? 'given' : 'asked for'} ${subject.wanted}`
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG') {
    return new RegistryError('untrusted', {
      problem: `${problem}: it does not speak TLS (${code})`,
      cure: 'Give the registry a certificate; plain HTTP is used on loopback only',
      cause: error,
    })
  }
  if (/CERT|SSL|TLS|SELF_SIGNED|UNABLE_TO_/.test(code)) {
    return new RegistryError('untrusted', {
      problem: `${problem}: its certificate is not trusted (${code})`,
      cure: 'Name the authority that signed it in NODE_EXTRA_CA_CERTS',
      cause: error,
    })
  }
  return new RegistryError('unreachable', {
    problem: `${problem}: no answer${code ? ` (${code})` : ''}`,
    cure: 'Check the host name, the port and the network, or run this again later',
    cause: error,
  })
}

function codeOf(error: unknown): string {
  // What AbortSignal.timeout throws is a DOMException, which is no native error.
  if (typeof error === 'object' && error && 'name' in error && error.name === 'TimeoutError') return 'timeout'
  for (let at = error, depth = 0; isNativeError(at) && depth < 5; at = at.cause, depth++) {
    if ('code' in at && typeof at.code === 'string') return at.code
  }
  return ''
}
