import { expect, test } from '@jest/globals'
import { readDocument } from '../../../configuration/index.ts'
import { planBump } from '../../../steps/bump/plan.ts'
import { promise } from '../../../steps/bump/promise.ts'
import { treeOf } from '../../support/tree.ts'
import { fleet, newDigest, oldDigest, pinned, pipeline, repository, request } from './world.ts'

const at = '2026-11-20T10:00:00.000Z'
const now = Date.UTC(2026, 10, 21, 9, 30)
const files = { ...fleet, ...pipeline }
const base = treeOf(files).id('apps/app/base') ?? ''
const source = `0123456789ab${'0'.repeat(28)}`

const release = { repository, tag: 'sha-0123456789ab', digest: newDigest, base }
const header = (kind: string) => `apiVersion: stovepipe.dev/v1alpha1\nkind: ${kind}\nmetadata: { name: app }\n`

/** A record in which clusters have accepted the release, each in its way. */
const record = (accepted: Readonly<Record<string, string>>) =>
  header('Release') +
  `spec: ${JSON.stringify({
    releases: { r: release },
    clusters: Object.fromEntries(
      Object.entries(accepted).map(([name, how]) => [name, { accepted: [{ release: 'r', how, at }] }]),
    ),
  })}\n`
const quarantine = (entry: Readonly<Record<string, string>>) =>
  `${header('Quarantine')}spec: ${JSON.stringify({ entries: [{ tag: 'sha-0123456789ab', at, by: 'promote', reason: 'error-ratio', ...entry }] })}\n`

/** The canary's folder as it is when it holds the release. */
const onCanary = {
  'apps/app/clusters/prod-a/kustomization.yaml': pinned('sha-0123456789ab', newDigest),
  'apps/app/clusters/prod-a/base/kustomization.yaml': 'resources: []\n',
}

const plan = (
  clusters: string,
  more: Readonly<Record<string, string>>,
  override = '',
  from: Readonly<Record<string, string>> = files,
) => planBump(treeOf({ ...from, ...more }), request({ clusters, override }), promise, now)

const asking = {
  ...onCanary,
  'apps/app/pipeline.yaml': (pipeline['apps/app/pipeline.yaml'] ?? '').replace(
    '{ name: all, clusters: {} }',
    '{ name: canary, clusters: { role: canary }, gate: { approval: { environment: production } } }, { name: rest, clusters: { role: primary } }',
  ),
}
const approved = (how: object) =>
  record({ 'prod-a': 'passed' }).replace(
    'spec: {',
    `spec: {"current":${JSON.stringify({ release: 'r', admittedAt: at, run: 'r', phase: 'promoting', ...how })},`,
  )

test('a primary whose gate before asks for an approval waits for it here too', () => {
  const [refused] = plan('prod-b', { ...asking, 'apps/app/release.yaml': approved({}) }).refused
  expect(refused?.reason).toMatch(/nobody approved sha-0123456789ab .* after wave canary/)
  const approvals = [{ wave: 'canary', environment: 'production', by: 'grace', at, run: 'r' }]
  expect(plan('prod-b', { ...asking, 'apps/app/release.yaml': approved({ approvals }) }).refused).toEqual([])
})

test.each([
  ['a primary with nothing known', 'prod-b', {}, /has not passed on canary prod-a/],
  [
    'a primary whose canary passed, but holds another release',
    'prod-b',
    { 'apps/app/release.yaml': record({ 'prod-a': 'passed' }) },
    /has not passed/,
  ],
  [
    'a primary whose canary was overridden',
    'prod-b',
    { ...onCanary, 'apps/app/release.yaml': record({ 'prod-a': 'override' }) },
    /has not passed/,
  ],
  [
    'a digest in quarantine, on dev',
    'dev',
    { 'apps/app/quarantine.yaml': quarantine({ digest: newDigest }) },
    /is in quarantine since 2026-11-20T10:00:00.000Z, put there by promote: error-ratio/,
  ],
  [
    'a rebuild of a commit in quarantine',
    'dev',
    { 'apps/app/quarantine.yaml': quarantine({ digest: oldDigest, source }) },
    /is in quarantine/,
  ],
  [
    'a configuration in quarantine',
    'dev',
    { 'apps/app/quarantine.yaml': quarantine({ digest: newDigest, base }) },
    /is in quarantine/,
  ],
  [
    'what is in quarantine though all have accepted it',
    'prod-b',
    {
      'apps/app/release.yaml': record({ 'prod-b': 'passed' }),
      'apps/app/quarantine.yaml': quarantine({ digest: newDigest }),
    },
    /is in quarantine/,
  ],
])('refuses %s', (_, clusters, more, reason) => {
  expect(plan(clusters, more).refused).toEqual([{ cluster: clusters, reason: expect.stringMatching(reason) }])
})

test.each([
  ['dev and canary clusters', 'dev, prod-a', {}],
  [
    'a primary after every canary passed',
    'prod-b',
    { ...onCanary, 'apps/app/release.yaml': record({ 'prod-a': 'passed' }) },
  ],
  ['a primary that accepted it before', 'prod-b', { 'apps/app/release.yaml': record({ 'prod-b': 'adopted' }) }],
  [
    'another configuration than the one in quarantine',
    'dev',
    { 'apps/app/quarantine.yaml': quarantine({ digest: newDigest, base: '0'.repeat(40) }) },
  ],
])('allows %s', (_, clusters, more) => {
  const { refused, bumped } = plan(clusters, more)
  expect(refused).toEqual([])
  expect(bumped.map(({ cluster }) => cluster)).toEqual(clusters.split(', '))
})

test('without a pipeline there is no evidence to ask for, but quarantine holds', () => {
  expect(plan('prod-b', {}, '', fleet).refused).toEqual([])
  expect(
    plan('prod-b', { 'apps/app/quarantine.yaml': quarantine({ digest: newDigest }) }, '', fleet).refused,
  ).toHaveLength(1)
})

test('an override is in the record as pin and acceptance, with its reason', () => {
  const { changes, refused } = plan('prod-b', {}, 'hotfix')
  expect(refused).toEqual([])
  const written = changes.find(({ path }) => path === 'apps/app/release.yaml')
  const text = written && 'text' in written ? written.text : ''
  const time = '2026-11-21T09:30:00.000Z'
  const { value } = readDocument(text, 'release.yaml')
  expect(value).toMatchObject({
    spec: {
      clusters: {
        'prod-b': {
          pin: { from: 'unknown', at: time, parent: '0'.repeat(40) },
          accepted: [{ how: 'override', at: time, reason: 'hotfix' }],
        },
      },
    },
  })
  expect(text).toContain(newDigest)
  // The record allows from then on what it says was overridden.
  const again = planBump(
    treeOf({ ...files, 'apps/app/release.yaml': text }),
    request({ clusters: 'prod-b' }),
    promise,
    now,
  )
  expect(again.refused).toEqual([])
})

test('an override records every cluster, with what ran there before the kit came to go back to', () => {
  const old = {
    'apps/app/clusters/dev/base/kustomization.yaml': 'resources: []\n',
    'apps/app/clusters/dev/kustomization.yaml': pinned('v1', oldDigest),
  }
  const { recorded, overridden, changes } = plan('dev, prod-a', old, 'hotfix')
  expect({ recorded, overridden }).toEqual({ recorded: ['dev', 'prod-a'], overridden: [] })
  const written = changes.find(({ path }) => path === 'apps/app/release.yaml')
  const { value } = readDocument(written && 'text' in written ? written.text : '', 'release.yaml')
  expect(value).toMatchObject({
    spec: { clusters: { dev: { accepted: [{ how: 'override' }, { how: 'adopted' }] }, 'prod-a': { pin: {} } } },
  })
})

test('what the record has already is not recorded again, and without a pipeline there is no record', () => {
  const known = { ...onCanary, 'apps/app/release.yaml': record({ 'prod-a': 'passed' }) }
  expect(plan('prod-a', known, 'hotfix')).toMatchObject({ recorded: [], changes: [] })
  expect(plan('dev', {}, 'hotfix', fleet).changes.map(({ path }) => path)).toEqual([
    'apps/app/clusters/dev/kustomization.yaml',
  ])
})

test('where a wave selects a cluster that the record knows, only what is on record there is set without an override', () => {
  const other = record({ dev: 'adopted', 'prod-a': 'passed' }).replace(`"tag":"${release.tag}"`, '"tag":"v2"')
  const known = { 'apps/app/release.yaml': other }
  expect(plan('dev', known).refused).toEqual([
    { cluster: 'dev', reason: expect.stringMatching(/^promote has v2 .* on record there, and would stop/) },
  ])
  expect(plan('dev', known, 'hotfix')).toMatchObject({
    refused: [],
    recorded: ['dev'],
    overridden: [{ cluster: 'dev' }],
  })
  const inNoWave = {
    ...known,
    'apps/app/pipeline.yaml': (pipeline['apps/app/pipeline.yaml'] ?? '').replace(
      'clusters: {}',
      'clusters: { role: canary }',
    ),
  }
  expect(plan('dev', inNoWave).refused).toEqual([])
  expect(plan('dev', { 'apps/app/release.yaml': record({ dev: 'adopted' }) })).toMatchObject({
    refused: [],
    bumped: [{}],
  })
})
