import { z } from 'zod'
import { parseJson } from '../configuration/index.ts'
import { GitHubError, type GitHubErrorKind } from './error.ts'
import { readLimit, readRetryAt } from './limit.ts'
import { readPermission } from './permission.ts'

/** What is known of a request that was refused. `asked` is its method and path. */
export type Refused = {
  asked: string
  status: number
  headers: Headers
  /** What GitHub said, as it came. */
  body: string
  /** Takes secrets out of what is shown. */
  hide: (text: string) => string
  /** `renewable`: an App's token; `fixed`: one that was given, such as a workflow's own. */
  token: 'renewable' | 'fixed'
  /** Whether it was to change something. */
  changes: boolean
  now: number
}

/** GitHub's own words; `errors` name the bad fields of a 422, or are plain texts. */
const bodySchema = z.object({
  message: z.string().optional(),
  errors: z.union([z.string(), z.array(z.unknown())]).optional(),
})
const fieldSchema = z.object({
  resource: z.string().optional(),
  field: z.string().optional(),
  code: z.string().optional(),
  message: z.string().nullish(),
})

/** Makes the error for an answer that is no success. */
export function refusalOf(refused: Refused): GitHubError {
  const { asked, status, headers, now, hide } = refused
  const said = wordsOf(refused.body)
  const problem = `${asked}: HTTP ${status}${said ? `, ${excerpt(hide(said))}` : ''}`
  const limit = readLimit(refused, said, now)
  if (limit) {
    const which = limit.kind === 'primary' ? "the token's requests of this hour are used up" : 'too many at once'
    return new GitHubError('rate-limited', {
      problem: `${problem} (${which})`,
      cure: again(limit.retryAt),
      status,
      retryAt: limit.retryAt,
    })
  }
  const kind = kinds.get(status) ?? (status >= 500 ? 'unavailable' : 'unexpected')
  // GitHub names the permission with every refusal, also where it is not what is missing.
  const lacking = kind === 'not-found' || (kind === 'forbidden' && /not accessible|permission/i.test(said))
  const permission = lacking ? readPermission(headers.get('x-accepted-github-permissions')) : undefined
  const retryAt = kind === 'unavailable' ? readRetryAt(headers, now) : undefined
  const cure = retryAt === undefined ? cureOf(kind, { ...refused, said }, permission) : again(retryAt)
  // A gateway gives up waiting for what may still be done behind it.
  const uncertain = refused.changes && kind === 'unavailable'
  return new GitHubError(kind, { problem, cure, status, permission, retryAt, uncertain })
}

function again(retryAt: number): string {
  return `GitHub may be asked again at ${new Date(retryAt).toISOString()}`
}

const kinds = new Map<number, GitHubErrorKind>([
  [400, 'invalid'],
  [401, 'unauthorized'],
  [403, 'forbidden'],
  [404, 'not-found'],
  [409, 'conflict'],
  [410, 'not-found'],
  [422, 'invalid'],
  [451, 'forbidden'],
])

function cureOf(kind: GitHubErrorKind, { token, headers, said }: Refused & { said: string }, permission?: string) {
  if (kind === 'unauthorized') {
    return token === 'fixed'
      ? "The token is wrong, or has expired: a workflow's own ends with its job, an App's after an hour (give app-client-id and app-private-key, and it is renewed)"
      : "Check the App's client id and private key, and that the App is still installed"
  }
  if (kind === 'forbidden') {
    if (headers.get('x-github-sso') !== null) {
      return 'The organization wants single sign-on: authorize the token for it'
    }
    if (/authenticate via a GitHub App/.test(said)) {
      return "A personal token cannot do this: pass the workflow's own (`github.token`), or an App's"
    }
    if (permission === undefined) return said === '' ? 'Look up what the token may do' : undefined
    const needed = grant(permission, token)
    return needed.charAt(0).toUpperCase() + needed.slice(1)
  }
  if (kind !== 'not-found') return undefined
  const hidden = 'It does not exist, or the token may not see it'
  const own = token === 'fixed' ? ". A workflow's own token reaches its own repository alone, another needs an App" : ''
  return `${hidden}${permission === undefined ? '' : `: ${grant(permission, token)}`}${own}`
}

function grant(permission: string, token: Refused['token']): string {
  return token === 'renewable'
    ? `the App needs the permission ${permission}, in its settings and accepted where it is installed`
    : `the token needs ${permission}: add it to the job's \`permissions\`, and to those of the caller's job where this is a reusable workflow`
}

/** Whole and as it came: what is shown of it is hidden first, and cut then. */
function wordsOf(body: string): string {
  const parsed = bodySchema.safeParse(parseJson(body))
  if (!parsed.success) return body.trim()
  const { message = '', errors = [] } = parsed.data
  const details = (typeof errors === 'string' ? [errors] : errors).map(wordsOfField)
  return [message, details.join('; ')].filter(part => part !== '').join(': ')
}

function wordsOfField(error: unknown): string {
  if (typeof error === 'string') return error
  const parsed = fieldSchema.safeParse(error)
  if (!parsed.success) return JSON.stringify(error)
  const { resource, field, code, message } = parsed.data
  const name = [resource, field].filter(part => part !== undefined).join('.')
  return [name, message ?? code ?? ''].filter(part => part !== '').join(' ')
}

/** The start of a text from outside, on one line. */
export function excerpt(text: string): string {
  const line = text.replace(/[\s\p{Cc}]+/gu, ' ').trim()
  return line.length > 500 ? `${line.slice(0, 499)}…` : line
}
