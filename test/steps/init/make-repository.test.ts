import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { appNames, pipelineOf, readFleet } from '../../../gitops/fleet/index.ts'
import { readPinned } from '../../../gitops/promotion/index.ts'
import { checkRepository } from '../../../steps/check/index.ts'
import { filesTree } from '../../../steps/folder/index.ts'
import { extras, makeRepository, type NewRepository, parseCluster } from '../../../steps/init/index.ts'
import { kitFolder, templateTree } from '../../../steps/scaffold/index.ts'
import fc from '../../support/property.ts'

const asked = (clusters: readonly string[], more: Partial<NewRepository> = {}): NewRepository => ({
  organisation: 'Umbrella',
  url: 'https://git.umbrella.example/fleet.git',
  registry: 'registry.umbrella.example/apps',
  clusters: clusters.map(parseCluster),
  ...more,
})
const cluster = (name: string, role = '') =>
  `${name},role=${role},zone=z,server=https://${name}.example,ingress=${name}.example:443,prometheus=https://prometheus.example`
const usual = [cluster('lab'), cluster('edge-1', 'canary'), cluster('edge-2', 'primary')]
const template = templateTree()

test('names are replaced everywhere, nothing is pinned, and every app has a folder for each of its clusters', () => {
  const files = makeRepository(template, asked(usual))
  for (const [path, text] of files) if (path !== 'README.md') expect(text).not.toMatch(/\bacme\b|prod-eu1-[abc]/)
  const tree = filesTree(files)
  expect(tree.read('applicationsets/apps.yaml')).toContain('repoURL: https://git.umbrella.example/fleet.git')
  expect(tree.read('applicationsets/previews.yaml')).toContain('name: lab')
  expect(readFleet(tree).clusters).toMatchObject([
    { name: 'edge-1', role: 'canary', state: 'active', labels: { environment: 'prod', zone: 'z' } },
    { name: 'edge-2', role: 'primary', state: 'active' },
    { name: 'lab', state: 'active', labels: { environment: 'dev' } },
  ])
  for (const app of appNames(tree)) {
    const image = pipelineOf(tree, app)?.image ?? ''
    expect(image).toBe(`registry.umbrella.example/apps/${app}`)
    for (const { name } of readFleet(tree).clusters) expect(readPinned(tree, app, name, image)).toEqual({})
  }
})

test('what belongs to no name and no cluster is as it is in the template', () => {
  const files = makeRepository(
    template,
    asked(usual, { organisation: 'acme', registry: 'ghcr.io/acme', url: 'https://github.com/acme/gitops.git' }),
  )
  for (const [path, text] of files) {
    if (/clusters\/|previews/.test(path)) continue
    expect(text).toBe(template.read(path))
  }
})

test('without a dev cluster there are neither previews nor a wave for it', () => {
  const files = makeRepository(template, asked(usual.slice(1)))
  const tree = filesTree(files)
  expect([...files.keys()].filter(path => /previews/.test(path))).toEqual([])
  for (const app of appNames(tree)) {
    expect(pipelineOf(tree, app)?.waves.map(({ name }) => name)).not.toContain('dev')
  }
})

test('whatever the fleet, what is made is clean', async () => {
  const names = (prefix: string, min: number, max: number) =>
    fc.integer({ min, max }).map(count => Array.from({ length: count }, (_, index) => `${prefix}-${index}`))
  await fc.assert(
    fc.asyncProperty(names('lab', 0, 2), names('c', 1, 2), names('p', 1, 3), async (labs, canaries, primaries) => {
      const clusters = [
        ...labs.map(name => cluster(name)),
        ...canaries.map(name => cluster(name, 'canary')),
        ...primaries.map(name => cluster(name, 'primary')),
      ]
      const files = new Map([...makeRepository(template, asked(clusters)), ...extras(kitFolder())])
      expect(await checkRepository(filesTree(files))).toEqual([])
    }),
    { numRuns: 12 },
  )
})

test.each([
  [usual.slice(0, 2), /no cluster has the role primary/],
  [[], /no cluster has the role canary/],
  [[...usual, cluster('lab')], /two clusters have one name \(found "lab"\)/],
])('%j is refused', (clusters, message) => {
  expect(() => makeRepository(template, asked(clusters))).toThrow(message)
})

test.each([
  ['a,role=boss,server=https://a', /not a role, canary or primary \(found "boss"\)/],
  ['a,zone=x', /its API server is missing/],
  ['a,colour=red,server=https://a', /not one of its keys \(found "colour=red"\)/],
  ['a,zone=x,zone=y,server=https://a', /given twice/],
  ['A_1,server=https://a', /not a name/],
  ['a,role=canary,server=nowhere', /^input "--cluster": server: Invalid URL \(found "nowhere"\)/],
  ['a,server=https://a,ingress=10.1.0.10', /ingress: not an address such as/],
  ['a,server=https://a,prometheus=prometheus', /prometheus: Invalid URL/],
  ['a,server=https://a,zone=EU west!', /zone: not the value of a label/],
])('the cluster %j is refused', (text, message) => {
  expect(() => parseCluster(text)).toThrow(message)
})

test('editors get a schema for every kind, and the workflows of a GitOps repository are there', () => {
  const files = extras(kitFolder())
  expect(JSON.parse(files.get('.vscode/settings.json') ?? '')).toMatchObject({
    'yaml.schemas': {
      './schemas/pipeline.schema.json': 'apps/*/pipeline.yaml',
      './schemas/cluster.schema.json': 'clusters/*.yaml',
    },
  })
  expect(JSON.parse(files.get('schemas/fleet.schema.json') ?? '')).toHaveProperty('title')
  expect(files.get('.github/workflows/promote.yml')).toMatch(/^name: Promote\n/)
  expect(files.get('.github/workflows/rollback.yml')).toMatch(/^name: Roll back\n/)
  expect(files.get('.github/workflows/cluster.yml')).toMatch(/^name: Cluster\n/)
  expect(files.get('.github/workflows/traffic.yml')).toMatch(/^name: Traffic\n/)
})

test('the template is found from the sources and from the bundle alike', () => {
  const root = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '')
  expect(kitFolder(join(root, 'dist'))).toBe(root)
  expect(kitFolder(join(root, 'dist/chunks'))).toBe(root)
  expect(() => kitFolder('/nowhere')).toThrow(/run it from a checkout/)
})
