import { expect, test } from '@jest/globals'
import { applicationSchema, judgeSync, revisionOf } from '../../../gitops/health/index.ts'

const revision = 'c'.repeat(40)
const pinned = Date.parse('2026-01-01T12:00:00Z')

const application = (status: object, more: object = {}) =>
  applicationSchema.parse({ metadata: { name: 'coolkit.dev' }, ...more, status })

const synced = { sync: { status: 'Synced', revision }, health: { status: 'Healthy' } }

test.each<[string, object, object, boolean | undefined, object]>([
  [
    'Synced and Healthy at a revision without this pin (argo-cd #29410)',
    synced,
    {},
    false,
    { kind: 'behind', reason: 'Argo CD is at cccccccccc, which does not hold this pin' },
  ],
  [
    'a revision that nobody knows',
    synced,
    {},
    undefined,
    { kind: 'unknown', reason: expect.stringMatching(/not in the branch's recent history/) },
  ],
  [
    'a sync that is asked for',
    synced,
    { operation: { sync: {} } },
    true,
    { kind: 'syncing', reason: 'Argo CD is syncing' },
  ],
  ['a sync under way', { ...synced, operationState: { phase: 'Running' } }, {}, true, { kind: 'syncing' }],
  [
    'out of sync',
    { sync: { status: 'OutOfSync', revision } },
    {},
    true,
    { kind: 'syncing', reason: 'OutOfSync at cccccccccc' },
  ],
  [
    'a sync that failed',
    {
      sync: { status: 'OutOfSync', revision },
      operationState: { phase: 'Failed', message: 'one or more\nobjects failed' },
    },
    {},
    true,
    { kind: 'syncing', reason: 'OutOfSync at cccccccccc: one or more objects failed' },
  ],
  [
    'a comparison that failed',
    {
      sync: { status: 'Unknown', revision },
      conditions: [
        { type: 'ComparisonError', message: 'bad YAML' },
        { type: 'OrphanedResourceWarning', message: 'x' },
      ],
    },
    {},
    true,
    { kind: 'syncing', reason: 'Unknown at cccccccccc: bad YAML' },
  ],
  [
    'synced after the pin',
    { ...synced, operationState: { phase: 'Succeeded', finishedAt: '2026-01-01T12:00:09Z' } },
    {},
    true,
    { kind: 'synced', since: pinned + 9000 },
  ],
  [
    'nothing to sync',
    { ...synced, operationState: { phase: 'Succeeded', finishedAt: '2025-12-31T00:00:00Z' } },
    {},
    true,
    { kind: 'synced', since: pinned },
  ],
  ['never synced', synced, {}, true, { kind: 'synced', since: pinned }],
])('%s', (_, status, more, held, expected) => {
  expect(judgeSync(application(status, more), revision, held, pinned)).toMatchObject(expected)
})

test('what was never compared has no revision', () => {
  const fresh = application({})
  expect(revisionOf(fresh, 'apps/coolkit/clusters/dev')).toBeUndefined()
  expect(judgeSync(fresh, undefined, undefined, pinned)).toEqual({
    kind: 'behind',
    reason: 'Argo CD has not compared it yet',
  })
})

test('of several sources, the revision is that of the app’s folder', () => {
  const spec = { sources: [{ path: 'charts' }, { path: 'gitops/apps/coolkit/clusters/dev/' }] }
  const several = application({ sync: { revisions: ['a', 'b'] } }, { spec })
  expect(revisionOf(several, 'apps/coolkit/clusters/dev')).toBe('b')
})
