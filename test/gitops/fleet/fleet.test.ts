import { expect, test } from '@jest/globals'
import {
  batchSize,
  type Cluster,
  type Pipeline,
  pipelineOf,
  readFleet,
  selectClusters,
  shares,
  waveClusters,
} from '../../../gitops/fleet/index.ts'
import fc from '../../support/property.ts'
import { treeOf } from '../../support/tree.ts'

const header = (kind: string, name: string) =>
  `apiVersion: stovepipe.dev/v1alpha1\nkind: ${kind}\nmetadata: { name: ${name} }\n`

test('reads clusters in the order of their names, with inactive as the state nobody wrote', () => {
  const tree = treeOf({
    'fleet.yaml': `${header('Fleet', 'acme')}spec: { canaryShare: 10 }\n`,
    'clusters/b.yaml': `${header('Cluster', 'b')}spec: { role: primary, state: active, ingress: "10.1.0.1:443" }\n`,
    'clusters/a.yaml': `${header('Cluster', 'a')}spec: {}\n`,
    'clusters/README.md': 'not a cluster',
  })
  expect(readFleet(tree)).toEqual({
    settings: { canaryShare: 10 },
    clusters: [
      { name: 'a', labels: {}, state: 'inactive' },
      { name: 'b', labels: {}, role: 'primary', state: 'active', ingress: '10.1.0.1:443' },
    ],
  })
})

test.each([
  ['an unknown key', 'spec: { role: primary, weight: 3 }', /^clusters\/a\.yaml:4:24: unknown key "weight" in spec/],
  ['an unknown state', 'spec: { state: on }', /^clusters\/a\.yaml:4:16: spec\.state: .*\(found "on"\)/],
  ['YAML that does not parse', 'spec: { state: [', /^clusters\/a\.yaml:\d+:\d+: not valid YAML/],
  ['another name than the file’s', 'spec: {}', /^clusters\/a\.yaml:3:19: metadata\.name differs .*"a" \(found "z"\)/],
])('refuses %s with its place', (_, spec, message) => {
  const name = message.source.includes('differs') ? 'z' : 'a'
  expect(() => readFleet(treeOf({ 'clusters/a.yaml': `${header('Cluster', name)}${spec}\n` }))).toThrow(message)
})

const pipelineText = (wave: string, rest = '') =>
  `${header('Pipeline', 'app')}spec:\n  image: ghcr.io/acme/app\n${rest}  waves:\n    - ${wave}\n`
const pipeline = (wave: string, rest = ''): Pipeline | undefined =>
  pipelineOf(treeOf({ 'apps/app/pipeline.yaml': pipelineText(wave, rest) }), 'app')

test('two files of one cluster are refused: its share would count twice', () => {
  const text = (name: string) =>
    `apiVersion: stovepipe.dev/v1alpha1\nkind: Cluster\nmetadata: { name: ${name} }\nspec: { role: primary, state: active }\n`
  const tree = treeOf({ 'clusters/prod-b.yaml': text('prod-b'), 'clusters/prod-b.yml': text('prod-b') })
  expect(() => readFleet(tree)).toThrow('clusters/prod-b.yml: two files are of one cluster, clusters/prod-b.yaml and')
})

test.each(['dev/EU west!', '-a', 'a'.repeat(64)])('%j is not the value of a label', value => {
  const text = `apiVersion: stovepipe.dev/v1alpha1\nkind: Cluster\nmetadata: { name: a, labels: { environment: ${JSON.stringify(value)} } }\nspec: {}\n`
  expect(() => readFleet(treeOf({ 'clusters/a.yaml': text }))).toThrow(/labels.environment: not the value of a label/)
})

test('gives every gate its defaults, in milliseconds', () => {
  expect(pipeline('{ name: all, clusters: {} }')?.waves).toEqual([
    {
      name: 'all',
      clusters: { matchLabels: {} },
      gate: { healthy: { timeout: 600_000, replicas: 1 }, soak: 0, deadline: 7_200_000, attempts: 3 },
    },
  ])
})

test('a gate may ask a person, where something comes after it', () => {
  const [first, last] =
    pipeline(
      '{ name: a, clusters: {}, gate: { approval: { environment: production } } }\n    - { name: b, clusters: {}, batch: 1, gate: { approval: { environment: more } } }',
    )?.waves ?? []
  expect([first?.gate.approval, last?.gate.approval]).toEqual([{ environment: 'production' }, { environment: 'more' }])
})

test.each([
  ['windows', '{ name: all, clusters: {} }', '  windows: []\n', /pipeline\.yaml:6:3: windows is not supported/],
  [
    'an approval that nothing comes after',
    '{ name: all, clusters: {}, gate: { approval: { environment: production } } }',
    '',
    /7:42: nothing comes after this gate.* give the wave a batch/,
  ],
  [
    'an approval in the last wave, which was meant to be asked before it',
    '{ name: canary, clusters: {} }\n    - { name: last, clusters: {}, gate: { approval: { environment: production } } }',
    '',
    /8:43: nothing comes after .* write it in the gate of wave canary/,
  ],
  [
    'an approval without an environment',
    '{ name: a, clusters: {}, batch: 1, gate: { approval: {} } }',
    '',
    /7:\d+: spec\.waves\[0\]\.gate\.approval\.environment/,
  ],
  [
    'an attestation of what is no ref',
    '{ name: all, clusters: {} }',
    '  attestation: { signer: "https://a/b.yml", source: "https://a/b", ref: main }\n',
    /6:\d+: spec\.attestation\.ref: not a ref such as refs\/heads\/main/,
  ],
  ['a tag on the image', '{ name: all, clusters: {} }', '  source: nope\n', /6:11: spec\.source/],
  [
    'a reserved argument',
    '{ name: a, clusters: {}, gate: { analysis: { templates: [t], args: { digest: x } } } }',
    '',
    /"digest" is supplied by the kit/,
  ],
  [
    'a minimum without a counter',
    '{ name: a, clusters: {}, gate: { analysis: { templates: [t], minimumRequests: 5 } } }',
    '',
    /minimumRequests without requests/,
  ],
  [
    'days as a unit',
    '{ name: a, clusters: {}, gate: { soak: 1d } }',
    '',
    /7:46: spec\.waves\[0\]\.gate\.soak: not a duration.*found "1d"/,
  ],
  [
    'a deadline before the soak is over',
    '{ name: a, clusters: {}, gate: { soak: 2h, deadline: 90m } }',
    '',
    /7:\d+: the gate is over before its soak of 2h is \(found "1h30m"\)\. Write one longer than the soak, or leave it out: it is 4h then/,
  ],
  [
    'a deadline that is the soak',
    '{ name: a, clusters: {}, gate: { soak: 2h, deadline: 120m } }',
    '',
    /the gate is over before its soak/,
  ],
  ['a batch of 0%', '{ name: a, clusters: {}, batch: 0% }', '', /spec\.waves\[0\]\.batch/],
])('refuses %s', (_, wave, rest, message) => {
  expect(() => pipeline(wave, rest)).toThrow(message)
})

test.each([
  ['soak: 24h', 26],
  ['soak: 24h, deadline: 25h', 25],
  ['', 2],
])('a gate with { %s } is over after %d hours', (times, hours) => {
  const waves = pipeline(`{ name: a, clusters: {}, gate: { ${times} } }`)?.waves
  expect(waves?.[0]?.gate.deadline).toBe(hours * 3_600_000)
})

test('an app without a pipeline is not an error, an app without a folder is', () => {
  const tree = treeOf({ 'apps/app/base/x.yaml': '' })
  expect(pipelineOf(tree, 'app')).toBeUndefined()
  expect(() => pipelineOf(tree, 'other')).toThrow('input "app": there is no such app (found "other"). apps/ has app')
})

const cluster = (name: string, over: Partial<Cluster> = {}): Cluster => ({ name, labels: {}, state: 'active', ...over })
const clusters = [
  cluster('dev', { labels: { environment: 'dev' } }),
  cluster('prod-a', { labels: { environment: 'prod' }, role: 'canary' }),
  cluster('prod-b', { labels: { environment: 'prod' }, role: 'primary' }),
]

test('a wave takes the clusters with every label and the role', () => {
  const wave = (selector: Pipeline['waves'][number]['clusters']) => ({
    name: 'w',
    clusters: selector,
    gate: {} as never,
  })
  expect(waveClusters(wave({ matchLabels: { environment: 'prod' } }), clusters).map(c => c.name)).toEqual([
    'prod-a',
    'prod-b',
  ])
  expect(
    waveClusters(wave({ matchLabels: { environment: 'prod' }, role: 'canary' }), clusters).map(c => c.name),
  ).toEqual(['prod-a'])
})

test.each([
  [undefined, 7, 7],
  [2, 7, 2],
  ['50%', 7, 3],
  ['1%', 7, 1],
] as const)('a batch of %s in a wave of %d takes %d clusters at a time', (batch, size, expected) => {
  expect(
    batchSize({ name: 'w', clusters: { matchLabels: {} }, gate: {} as never, ...(batch && { batch }) }, size),
  ).toBe(expected)
})

test.each([
  [['prod-*'], ['prod-a', 'prod-b']],
  [
    ['role=canary', 'dev'],
    ['dev', 'prod-a'],
  ],
  [['environment=prod'], ['prod-a', 'prod-b']],
  [['*'], ['dev', 'prod-a', 'prod-b']],
])('%j selects %j', (parts, names) => {
  expect(selectClusters(parts, clusters, { input: 'clusters' }).map(c => c.name)).toEqual(names)
})

test('a selection that matches nothing lists what there is', () => {
  expect(() => selectClusters(['stage*'], clusters, { input: 'clusters' })).toThrow(
    /no cluster matches \(found "stage\*"\)\. clusters\/ has dev, prod-a, prod-b/,
  )
})

test('shares add up to 100% whenever a cluster is active, and canaries never take more than their share', () => {
  const anyCluster = fc.record({
    name: fc.uuid(),
    labels: fc.constant({}),
    role: fc.constantFrom('canary' as const, 'primary' as const),
    state: fc.constantFrom('active' as const, 'joining' as const, 'draining' as const, 'inactive' as const),
  })
  fc.assert(
    fc.property(fc.array(anyCluster), fc.integer({ min: 1, max: 50 }), (fleet, canaryShare) => {
      const result = shares({ settings: { canaryShare }, clusters: fleet })
      const total = [...result.values()].reduce((sum, share) => sum + share, 0)
      const active = fleet.filter(c => c.state === 'active')
      expect(total).toBeCloseTo(active.length === 0 ? 0 : 100, 6)
      const canaries = active.filter(c => c.role === 'canary').reduce((sum, c) => sum + (result.get(c.name) ?? 0), 0)
      if (active.some(c => c.role === 'primary')) expect(canaries).toBeLessThanOrEqual(canaryShare + 1e-9)
    }),
  )
})
