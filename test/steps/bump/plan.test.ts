import { expect, test } from '@jest/globals'
import { ConfigurationError } from '../../../configuration/index.ts'
import { planBump } from '../../../steps/bump/plan.ts'
import { treeOf } from '../../support/tree.ts'
import { fleet, image, newDigest, noGuard, oldDigest, pinned, pipeline, repository, request } from './world.ts'

const now = Date.UTC(2026, 10, 21, 9, 30)
const plan = (inputs: Parameters<typeof request>[0], files = fleet, guard = noGuard) =>
  planBump(treeOf(files), request(inputs), guard, now)

test('sets the pin of the selected clusters, each once, and leaves out those that receive no releases', () => {
  const { bumped, skipped, changes } = plan({ clusters: 'environment=prod\nprod-*, prod-a' })
  expect(bumped.map(({ cluster }) => cluster)).toEqual(['prod-a', 'prod-b'])
  expect(skipped).toEqual([{ cluster: 'prod-c', reason: expect.stringContaining('it is inactive') }])
  expect(changes).toEqual([
    { path: 'apps/app/clusters/prod-a/kustomization.yaml', text: pinned('sha-0123456789ab', newDigest) },
    { path: 'apps/app/clusters/prod-b/kustomization.yaml', text: pinned('sha-0123456789ab', newDigest) },
  ])
})

test('shows the change as a unified diff', () => {
  expect(plan({}).diff).toBe(`--- a/apps/app/clusters/dev/kustomization.yaml
+++ b/apps/app/clusters/dev/kustomization.yaml
@@ -2,5 +2,5 @@
 images:
   # set by the kit
   - name: ghcr.io/acme/app
-    newTag: v1
-    digest: ${oldDigest}
+    newTag: sha-0123456789ab
+    digest: ${newDigest}`)
})

test('a pin that says so already is unchanged, and asked no questions', () => {
  const files = { ...fleet, 'apps/app/clusters/dev/kustomization.yaml': pinned('sha-0123456789ab', newDigest) }
  const asked = { ...noGuard, refusal: () => 'no' }
  expect(plan({}, files, asked)).toMatchObject({ bumped: [], unchanged: ['dev'], refused: [], changes: [], diff: '' })
})

test('with a pipeline the pin is the image and a copy of base/', () => {
  const files = { ...fleet, ...pipeline }
  const { changes, bumped, diff } = plan({}, files)
  const base = treeOf(files).id('apps/app/base') ?? 'none'
  expect(changes[1]).toEqual({ path: 'apps/app/clusters/dev/base', tree: base })
  expect(bumped).toEqual([{ cluster: 'dev', from: { tag: 'v1', digest: oldDigest }, base: 'copied' }])
  expect(diff).toContain(`apps/app/clusters/dev/base: now as apps/app/base (tree ${base.slice(0, 12)})`)
  const copied = { ...files, 'apps/app/clusters/dev/base/kustomization.yaml': 'resources: []\n' }
  expect(plan({}, copied).changes).toHaveLength(1)
})

test('a mirror that newName names stays', () => {
  const text = `images: [{ name: ${repository}, newName: mirror/app, newTag: v1, digest: ${oldDigest} }]\n`
  const { changes } = plan({}, { ...fleet, 'apps/app/clusters/dev/kustomization.yaml': text })
  expect(changes).toEqual([expect.objectContaining({ text: expect.stringContaining('newName: mirror/app') })])
})

test('what the guard refuses is not written, and names the cluster', () => {
  const guard = { ...noGuard, refusal: () => 'in quarantine' }
  expect(plan({ clusters: 'dev' }, fleet, guard)).toMatchObject({
    refused: [{ cluster: 'dev', reason: 'in quarantine' }],
    overridden: [],
  })
})

test('an override writes what is refused, inactive clusters too, and the record says so', () => {
  const guard = {
    ...noGuard,
    refusal: ({ cluster }: { cluster: { name: string } }) => (cluster.name === 'prod-b' ? 'no evidence' : undefined),
    record: (overridden: readonly { cluster: { name: string } }[], reason: string, at: string) => [
      { path: 'record', text: `${overridden.map(({ cluster }) => cluster.name)} ${reason} ${at}` },
    ],
  }
  const { refused, overridden, skipped, changes } = plan(
    { clusters: 'prod-*', override: 'the canary is on fire' },
    fleet,
    guard,
  )
  expect(refused).toEqual([])
  expect(skipped).toEqual([])
  expect(overridden).toEqual([{ cluster: 'prod-b', reason: 'no evidence' }])
  expect(changes).toHaveLength(4)
  expect(changes.at(-1)).toEqual({ path: 'record', text: 'prod-b the canary is on fire 2026-11-21T09:30:00.000Z' })
})

test('an override puts on record what the record does not know, be it that the pin holds already', () => {
  const files = { ...fleet, 'apps/app/clusters/prod-a/kustomization.yaml': pinned('sha-0123456789ab', newDigest) }
  const guard = {
    ...noGuard,
    isRecorded: ({ cluster }: { cluster: { name: string } }) => cluster.name === 'prod-c',
    record: (asked: readonly { cluster: { name: string } }[]) => [
      { path: 'record', text: asked.map(({ cluster }) => cluster.name).join() },
    ],
  }
  const { unchanged, overridden, recorded, changes } = plan({ clusters: 'prod-*', override: 'hotfix' }, files, guard)
  expect({ unchanged, overridden, recorded }).toEqual({
    unchanged: ['prod-a'],
    overridden: [],
    recorded: ['prod-a', 'prod-b'],
  })
  expect(changes.at(-1)).toEqual({ path: 'record', text: 'prod-a,prod-b' })
  expect(plan({ clusters: 'prod-a' }, files, guard)).toMatchObject({ recorded: [], changes: [] })
})

test.each([
  ['an app that does not exist', { app: 'ap' }, fleet, 'input "app": there is no such app (found "ap"). apps/ has app'],
  ['an app that leads out', { app: '../apps/app' }, fleet, 'input "app": there is no such app'],
  [
    'a cluster that does not exist',
    { clusters: 'dev, prd' },
    fleet,
    'input "clusters": no cluster matches (found "prd")',
  ],
  [
    'an image of another app',
    { image: image.replace('app', 'other') },
    { ...fleet, ...pipeline },
    'input "image": not an image of app, whose pipeline names ghcr.io/acme/app (found "ghcr.io/acme/other")',
  ],
  [
    'a kustomization without the image',
    {},
    { ...fleet, 'apps/app/clusters/dev/kustomization.yaml': 'images: []\n' },
    'apps/app/clusters/dev/kustomization.yaml:1:1: there is no entry for ghcr.io/acme/app under images',
  ],
  [
    'a kustomization that does not parse',
    {},
    { ...fleet, 'apps/app/clusters/dev/kustomization.yaml': 'images: [\n' },
    'apps/app/clusters/dev/kustomization.yaml:2:1: not valid YAML',
  ],
])('refuses %s', (_, inputs, files, message) => {
  const attempt = () => plan(inputs, files)
  expect(attempt).toThrow(ConfigurationError)
  expect(attempt).toThrow(message)
})

test('refuses a cluster that has no folder for the app', () => {
  const { 'apps/app/clusters/dev/kustomization.yaml': _, ...files } = fleet
  expect(() => plan({}, files)).toThrow(
    'apps/app/clusters/dev/kustomization.yaml: app has no folder for cluster dev. Write the file with an entry',
  )
})
