import { beforeAll, expect, test } from '@jest/globals'
import fc from '../../support/property.ts'
import { buildGenerators, type Rendering, render } from '../generators/index.ts'
import { clusterFile, files, repositoryOf, setOf } from './template.ts'

const clusters = ['dev', 'prod-eu1-a', 'prod-eu1-b', 'prod-eu1-c']
const states = ['joining', 'active', 'draining', 'inactive']
const longest = `a${'-'.repeat(61)}z`

beforeAll(async () => {
  await buildGenerators(console.log)
}, 900_000)

test('each app has an Application on each of its clusters, and the platform one for each component', async () => {
  const [apps] = await render(setOf('apps'), [files])
  expect(apps?.error).toBeUndefined()
  expect(apps?.applications).toContainEqual(
    expect.objectContaining({
      metadata: expect.objectContaining({
        name: 'coolkit.prod-eu1-a',
        namespace: 'argocd',
        labels: {
          'stovepipe.dev/app': 'coolkit',
          'stovepipe.dev/cluster': 'prod-eu1-a',
          'stovepipe.dev/environment': 'prod',
          'stovepipe.dev/role': 'canary',
        },
      }),
      spec: expect.objectContaining({
        project: 'apps',
        source: expect.objectContaining({ path: 'apps/coolkit/clusters/prod-eu1-a' }),
        destination: { name: 'prod-eu1-a', namespace: 'coolkit' },
      }),
    }),
  )
  expect(apps?.applications.map(({ metadata }) => metadata.finalizers)).toEqual(
    apps?.applications.map(() => undefined), // nothing that an Application runs goes with it
  )

  const [namespaces] = await render(setOf('namespaces'), [files])
  expect(namesOf(namespaces)).toEqual(clusters.map(cluster => `platform.namespaces.${cluster}`))
  const [platform] = await render(setOf('platform'), [files])
  expect(namesOf(platform)).toHaveLength(6 * clusters.length)
  expect(namesOf(platform)).toContain('platform.kube-prometheus-stack.prod-eu1-a')
})

test('a cluster’s label adds a component there, and nowhere else', async () => {
  const marked = clusterFile('prod-eu1-a').replace('environment: prod', 'environment: prod, strimzi: "true"')
  const [before, after] = await render(setOf('platform'), [files, { ...files, 'clusters/prod-eu1-a.yaml': marked }])
  expect(namesOf(after).filter(name => !namesOf(before).includes(name))).toEqual(['platform.strimzi.prod-eu1-a'])
})

test('no state of any cluster adds or removes an Application', async () => {
  for (const set of ['apps', 'namespaces', 'platform']) {
    const all = states.map(state => repositoryOf(['a', 'b'], { x: clusterFile('x', { state }), y: clusterFile('y') }))
    const renderings = await render(setOf(set), all)
    expect(renderings[0]?.applications).not.toEqual([])
    for (const rendering of renderings) expect(rendering).toEqual(renderings[0])
  }
})

test('names are unique and no longer than a label, for any apps and clusters that the schema allows', async () => {
  const name = fc.oneof(
    fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,3}[a-z0-9])?$/), // short ones, so that two pairs often join to one text
    fc.stringMatching(/^[a-z0-9][a-z0-9-]{48,61}[a-z0-9]$/),
    fc.constant(longest),
  )
  const names = fc.uniqueArray(name, { minLength: 1, maxLength: 6 })
  const fleets = fc.sample(fc.tuple(names, names), 12)
  for (const set of ['apps', 'namespaces', 'platform']) {
    const repositories = fleets.map(([apps, clusters]) =>
      repositoryOf(apps, Object.fromEntries(clusters.map(cluster => [cluster, clusterFile(cluster)]))),
    )
    const renderings = await render(setOf(set), repositories)
    for (const [index, rendering] of renderings.entries()) {
      const found = namesOf(rendering)
      const [apps, clusters] = fleets[index] ?? [[], []]
      const expected = {
        apps: apps.length * clusters.length,
        namespaces: clusters.length,
        platform: 6 * clusters.length,
      }
      expect(rendering.error).toBeUndefined()
      expect(Object.entries(expected)).toContainEqual([set, new Set(found).size])
      for (const one of found)
        expect(one).toMatch(/^(?=.{1,63}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/)
    }
  }
})

test('two pairs that a hyphen would join to one name keep two', async () => {
  const [rendering] = await render(setOf('apps'), [
    {
      ...repositoryOf(['shop'], { 'eu-dev': clusterFile('eu-dev') }),
      ...repositoryOf(['shop-eu'], { dev: clusterFile('dev') }),
    },
  ])
  expect(namesOf(rendering).sort()).toEqual(['shop-eu.dev', 'shop.eu-dev'])
})

test.each([
  ['metadata', 'metdata'],
  ['environment:', 'Environment:'],
  ['labels', 'lables'],
  ['environment', 'enviroment'],
  ['spec:', 'sepc:'],
])('%s written as %s stops every set as it is', async (from, to) => {
  const mistyped = clusterFile('prod-eu1-b', { role: 'primary' }).replace(from, to)
  for (const set of ['apps', 'namespaces', 'platform']) {
    const [rendering] = await render(setOf(set), [{ ...files, 'clusters/prod-eu1-b.yaml': mistyped }])
    expect(rendering?.error).toMatch(/map has no entry for key|nil pointer|wrong type/)
  }
})

test('a cluster file that is no YAML stops every set as it is', async () => {
  for (const set of ['apps', 'namespaces', 'platform']) {
    const [rendering] = await render(setOf(set), [{ ...files, 'clusters/prod-eu1-b.yaml': 'metadata: {' }])
    expect(rendering?.error).toContain('clusters/prod-eu1-b.yaml')
  }
})

test('a role for which no version is named stops the platform', async () => {
  const [rendering] = await render(setOf('platform'), [repositoryOf([], { x: clusterFile('x', { role: 'canry' }) })])
  expect(rendering?.error).toContain('no version of argo-rollouts for role canry')
})

test('without missingkey=error the same mistake would reach Applications: the option is what stops it', async () => {
  const mistyped = {
    ...files,
    'clusters/prod-eu1-b.yaml': clusterFile('prod-eu1-b').replace('environment', 'enviroment'),
  }
  const [rendering] = await render(
    setOf('apps', text => text.replace('[missingkey=error]', '[]')),
    [mistyped],
  )
  expect(rendering?.error).toBeUndefined()
  expect(JSON.stringify(rendering?.applications)).toContain('<no value>')
})

test('a cluster file that is gone takes its Applications out of the set, without an error: only create-update keeps them', async () => {
  const { 'clusters/prod-eu1-b.yaml': _, ...without } = files
  const [rendering, none] = await render(setOf('apps'), [without, {}])
  expect(rendering?.error).toBeUndefined()
  expect(namesOf(rendering)).not.toContain('coolkit.prod-eu1-b')
  expect(none).toEqual({ applications: [] })
})

test('a name that YAML would read as a number, a truth or nothing is the text of its file’s name', async () => {
  const odd = ['0', '1e3', 'no', 'null', 'true']
  const fleet = Object.fromEntries(odd.map(name => [name, clusterFile(name)]))
  const [apps] = await render(setOf('apps'), [repositoryOf(['y'], fleet)])
  expect(apps?.applications.map(({ spec }) => spec.destination.name).sort()).toEqual(odd)
  const [namespaces] = await render(setOf('namespaces'), [repositoryOf([], fleet)])
  expect(namespaces?.applications.map(({ spec }) => spec.destination.name).sort()).toEqual(odd)
})

function namesOf(rendering: Rendering | undefined): string[] {
  return (rendering?.applications ?? []).map(({ metadata }) => metadata.name)
}
