import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { commands } from '../../../cli/commands.ts'
import { run } from '../../../cli/run.ts'
import { cleanRepository } from '../../steps/check/repository.ts'
import { type BareRepository, createRepository, type GitServer, startGitServer } from '../../support/git/index.ts'
import { terminal } from '../terminal.ts'

let folder: string
let server: GitServer
let gitops: BareRepository
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'app-'))
  server = await startGitServer(folder)
  gitops = await createRepository(join(folder, 'gitops.git'), cleanRepository())
})
afterEach(async () => {
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

async function stovepipe(...args: string[]) {
  const io = terminal({ env: { PATH: process.env.PATH, HOME: folder, USER: 'ada' }, cwd: folder })
  const code = await run([...args, '--repository', `${server.url}/gitops.git`], commands, io)
  return { code, printed: io.printed(), logged: io.logged() }
}

test('app add is one commit, from the template or from an app of the repository', async () => {
  const before = await gitops.head()
  expect(await stovepipe('app', 'add', 'shop', '--image', 'ghcr.io/acme/shop')).toMatchObject({
    code: 0,
    printed: expect.stringMatching(
      /^shop: add, like coolkit, on dev, prod-eu1-a, prod-eu1-b, prod-eu1-c; .*, commit \w{40}\n$/,
    ),
  })
  expect((await gitops.git('rev-list', '--count', `${before}..HEAD`)).trim()).toBe('1')
  expect(await gitops.read('apps/shop/base/statefulset.yaml')).toContain('serviceName: shop')
  expect(await gitops.read('apps/shop/clusters/prod-eu1-b/kustomization.yaml')).toMatch(/newTag: ""/)
  expect(await gitops.read('apps/shop/clusters/prod-eu1-b/base/kustomization.yaml')).toBeUndefined()
  const other = await stovepipe(
    'app',
    'add',
    'till',
    '--image',
    'ghcr.io/acme/till',
    '--from',
    'shop',
    '--reason',
    'new till',
  )
  expect(other).toMatchObject({ code: 0, printed: expect.stringMatching(/^till: add, like shop/) })
  expect(await gitops.read('apps/till/pipeline.yaml')).toContain('image: ghcr.io/acme/till')
  expect((await gitops.log())[0]).toMatchObject({
    subject: expect.stringMatching(/^till: add/),
    body: expect.stringMatching(/^ada: new till\n\nStovepipe-App: till/),
  })
})

test.each([
  [['app', 'add', 'shop'], /"--image": missing/],
  [['app', 'add', 'coolkit', '--image', 'ghcr.io/acme/x'], /there is such an app already/],
  [['app', 'add', 'shop', '--image', 'ghcr.io/acme/x', '--kind', 'job'], /"--kind": there is no such kind/],
  [['app', 'add', 'shop', '--image', 'ghcr.io/acme/x', '--kind', 'rollout', '--from', 'coolkit'], /--kind and --from/],
  [['app', 'add', 'shop', '--image', 'ghcr.io/acme/x', '--from', 'nope'], /There is coolkit/],
  [['app', 'add', 'shop', '--image', 'ghcr.io/acme/x', '--preview'], /"--preview": this repository has no previews/],
])('stovepipe %j is refused, and nothing is written', async (args, message) => {
  const before = await gitops.head()
  expect(await stovepipe(...args)).toMatchObject({ code: 2, logged: expect.stringMatching(message) })
  expect(await gitops.head()).toBe(before)
})
