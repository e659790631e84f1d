import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { runStep } from './script.ts'

const release = '.github/workflows/release.yml'
const promote = '.github/workflows/promote.yml'
const hostile = `x'"; touch /tmp/stovepipe-owned; $(id) \`id\`\n::error::forged`

type Request = { method: string; url: string; headers: IncomingHttpHeaders; body: string }

async function withServer<T>(status: number, use: (url: string, requests: Request[]) => Promise<T>): Promise<T> {
  const requests: Request[] = []
  const server = createServer(async (request, response) => {
    const body = (await request.toArray()).join('')
    requests.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body })
    response.writeHead(status).end(status === 204 ? undefined : '{"message":"Not Found"}')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  try {
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    return await use(`http://127.0.0.1:${address.port}`, requests)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

const dispatch = {
  TOKEN: 'secret-token',
  REPOSITORY: 'acme/gitops',
  WORKFLOW: 'promote.yml',
  REF: 'main',
  APP: 'coolkit',
  IMAGE: `ghcr.io/acme/coolkit:sha-0123456789ab@sha256:${'a'.repeat(64)}`,
}

test.each([
  { what: 'an app and an image', env: dispatch },
  { what: 'hostile text, as data', env: { ...dispatch, APP: hostile, REF: hostile } },
])('starts the promotion with $what', async ({ env }) => {
  await withServer(204, async (url, requests) => {
    const { code, printed, summary } = await runStep(release, 'Start the promotion', { ...env, GITHUB_API_URL: url })
    expect(printed).toBe('')
    expect(code).toBe(0)
    expect(requests).toHaveLength(1)
    expect(requests[0]).toMatchObject({
      method: 'POST',
      url: '/repos/acme/gitops/actions/workflows/promote.yml/dispatches',
      headers: { authorization: 'Bearer secret-token', accept: 'application/vnd.github+json' },
    })
    expect(JSON.parse(requests[0]?.body ?? '')).toEqual({ ref: env.REF, inputs: { app: env.APP, image: env.IMAGE } })
    expect(summary).toContain('acme/gitops')
  })
})

test('fails when GitHub refuses the dispatch, and says what GitHub said', async () => {
  await withServer(404, async (url, requests) => {
    const { code, printed, summary } = await runStep(release, 'Start the promotion', {
      ...dispatch,
      GITHUB_API_URL: url,
    })
    expect(code).not.toBe(0)
    expect(printed).toContain('404')
    expect(printed).toContain('Not Found')
    expect(printed).not.toContain('secret-token')
    expect(summary).toBe('')
    expect(requests).toHaveLength(1)
  })
})

test.each([
  [{ TOKEN: '' }, 'pass app-client-id with app-private-key, or dispatch-token'],
  [{ WORKFLOW: '../../../user' }, 'input "gitops-workflow"'],
  [{ WORKFLOW: 'promote' }, 'input "gitops-workflow"'],
])('sends nothing with %j', async (wrong, message) => {
  await withServer(204, async (url, requests) => {
    const { code, printed } = await runStep(release, 'Start the promotion', {
      ...dispatch,
      ...wrong,
      GITHUB_API_URL: url,
    })
    expect(code).not.toBe(0)
    expect(printed).toContain(message)
    expect(requests).toEqual([])
  })
})

test.each([
  ['acme/gitops', 0, 'owner=acme\nname=gitops\n'],
  ['acme/.github', 0, 'owner=acme\nname=.github\n'],
  ['gitops', 1, ''],
  ['acme/gitops/more', 1, ''],
  ['../gitops', 1, ''],
  ['acme/gitops\nname=other', 1, ''],
  [hostile, 1, ''],
])('splits the repository %j', async (repository, code, output) => {
  expect(await runStep(release, "Split the GitOps repository's name", { REPOSITORY: repository })).toMatchObject({
    code,
    output,
  })
})

test.each([
  { what: 'the app that was named', app: 'coolkit', folders: ['other'], apps: ['coolkit'] },
  { what: 'a hostile name, as data', app: hostile, folders: [], apps: [hostile] },
  { what: 'every app with a pipeline', app: '', folders: ['a', 'b c', '-x', "d'e"], apps: ['-x', 'a', 'b c', "d'e"] },
  { what: 'no app where there is none', app: '', folders: [], apps: [] },
  { what: 'those below the directory', app: '', directory: '-x y', folders: ['a'], apps: ['a'] },
])('lists $what', async ({ app, directory = '.', folders, apps }) => {
  const { code, printed, output } = await runStep(
    promote,
    'List the apps',
    { APP: app, DIRECTORY: directory, LC_ALL: 'C' },
    workspace => {
      for (const folder of folders) {
        mkdirSync(join(workspace, directory, 'apps', folder), { recursive: true })
        writeFileSync(join(workspace, directory, 'apps', folder, 'pipeline.yaml'), '')
      }
      mkdirSync(join(workspace, directory, 'apps', 'no-pipeline'), { recursive: true })
    },
  )
  expect(printed).toBe('')
  expect(code).toBe(0)
  expect(output).toMatch(/^apps=.*\n$/)
  expect(JSON.parse(output.replace('apps=', ''))).toEqual(apps)
})
