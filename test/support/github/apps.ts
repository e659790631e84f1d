import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { installationOf } from './access.ts'
import { type Call, found, type Handlers, Refused, type RepositoryCall, time } from './call.ts'
import { shown } from './repositories.ts'
import type { AppState, Installation, Permissions } from './state.ts'
import { user } from './users.ts'

const accessSchema = z.object({
  repositories: z.array(z.string()).optional(),
  permissions: z.record(z.string(), z.enum(['read', 'write', 'admin'])).optional(),
})
const hour = 3_600_000

export const appHandlers: Handlers<Call> = {
  'GET /app': ({ app }) => {
    const { id, clientId, slug } = found(app)
    const body = { id, client_id: clientId, slug, name: slug, owner: user('acme'), permissions: {}, events: [] }
    return { status: 200, body }
  },
  'GET /app/installations': ({ app }) => ({
    list: found(app).installations.map(installation => shownInstallation(found(app), installation)),
  }),
  'GET /app/installations/{installation_id}': ({ app, path }) => {
    const installation = found(app).installations.find(({ id }) => String(id) === path.installation_id)
    return { status: 200, body: shownInstallation(found(app), found(installation)) }
  },
  'POST /app/installations/{installation_id}/access_tokens': ({ state, app, path, body, now }) => {
    const own = found(found(app).installations.find(({ id }) => String(id) === path.installation_id))
    const wanted = accessSchema.parse(body ?? {})
    const names = wanted.repositories?.map(name => `${own.owner}/${name}`) ?? own.repositories
    if (!names.every(name => own.repositories.includes(name))) {
      throw new Refused(
        422,
        'There is at least one repository that does not exist or is not accessible to the parent installation.',
      )
    }
    const permissions = wanted.permissions ?? own.permissions
    if (!isWithin(permissions, own.permissions)) {
      throw new Refused(422, 'The permissions requested are not granted to this installation.')
    }
    const token = `ghs_${randomBytes(18).toString('hex')}`
    const expiresAt = now + hour
    const login = `${found(app).slug}[bot]`
    state.tokens.set(token, { token, kind: 'installation', login, repositories: names, permissions, expiresAt })
    return { status: 201, body: { token, expires_at: time(expiresAt), permissions, repository_selection: 'selected' } }
  },
  'GET /installation/repositories': ({ state, token, api }) => ({
    list: found(token).repositories.map(name => shown(found(state.repositories.get(name)), api)),
    under: 'repositories',
  }),
}

export const repositoryAppHandlers: Handlers<RepositoryCall> = {
  'GET /repos/{owner}/{repo}/installation': ({ app, repository }) => ({
    status: 200,
    body: shownInstallation(found(app), installationOf(app, repository.name)),
  }),
}

function shownInstallation({ id: app_id, slug }: AppState, { id, owner, permissions }: Installation) {
  return {
    id,
    app_id,
    app_slug: slug,
    account: user(owner),
    target_type: 'Organization',
    repository_selection: 'selected',
    permissions,
    events: [],
    created_at: time(0),
    updated_at: time(0),
  }
}

const levels = ['read', 'write', 'admin']

function isWithin(wanted: Permissions, own: Permissions): boolean {
  return Object.entries(wanted).every(([name, level]) => levels.indexOf(own[name] ?? '') >= levels.indexOf(level))
}
