import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { load } from 'js-yaml'
import { z } from 'zod'
import { schemaFile } from '../../../scripts/schemas.ts'
import { applicationSetOf, applicationSets, leavesOf } from './application-set.ts'
import { documentsIn, documentsOf, files, foldersIn } from './files.ts'
import { projectOf } from './project.ts'

const component = z.strictObject({
  component: z.string(),
  repository: z.string(),
  chart: z.string(),
  versions: z.strictObject({ none: z.string(), canary: z.string(), primary: z.string() }),
  namespace: z.string(),
  podSecurity: z.enum(['privileged', 'baseline', 'restricted']),
  cluster: z.string(),
})

const matrices = applicationSetOf('platform').spec.generators.map(({ matrix }) => matrix?.generators ?? [])
const components = matrices.map(([clusters, list]) => ({
  label: clusters?.selector?.matchLabels,
  elements: z.array(component).parse(list?.list?.elements),
}))
const all = components.flatMap(({ elements }) => elements)

test('every cluster has what every cluster needs, others what their file’s labels say', () => {
  expect(
    components.map(({ label, elements }) => [label ?? 'all', ...elements.map(({ component }) => component)]),
  ).toEqual([
    ['all', 'argo-rollouts', 'keda', 'kube-prometheus-stack', 'loki', 'sealed-secrets', 'reloader'],
    [{ 'metadata.labels.strimzi': 'true' }, 'strimzi'],
    [{ 'metadata.labels.cloudnative-pg': 'true' }, 'cloudnative-pg'],
    [{ 'metadata.labels.spark-operator': 'true' }, 'spark-operator'],
    [{ 'metadata.labels.cilium': 'true' }, 'cilium'],
  ])
})

test.each(all)(
  '$component is pinned for every ring of clusters, and says where its version is from',
  ({ component, versions }) => {
    for (const version of Object.values(versions)) expect(version).toMatch(/^\d+\.\d+\.\d+$/)
    const [, above] =
      new RegExp(`((?: +#.*\\n)+) +- component: ${component}\\n`).exec(text('applicationsets/platform.yaml')) ?? []
    expect(above).toContain('https://github.com/')
    expect(above).toContain(versions.primary)
  },
)

test.each(all)('$component has values, and a namespace that its project allows', ({ component, namespace }) => {
  expect(load(text(`platform/${component}/values.yaml`))).toBeInstanceOf(Object)
  expect(projectOf('platform').spec.destinations).toContainEqual({ name: '*', namespace })
})

test('two components that share a namespace agree on the pods it admits', () => {
  const admitted = new Map(all.map(({ namespace, podSecurity }) => [namespace, podSecurity]))
  for (const { namespace, podSecurity } of all) expect(admitted.get(namespace)).toBe(podSecurity)
})

test('values are of components and of clusters that there are', () => {
  const others = ['namespaces', 'previews']
  expect(foldersIn('platform').filter(name => !others.includes(name))).toEqual(
    all.map(({ component }) => component).sort(),
  )
  const overrides = Object.keys(files).flatMap(path => path.match(/^platform\/[^/]+\/clusters\/(.+)\.yaml$/)?.[1] ?? [])
  for (const cluster of overrides) expect(files).toHaveProperty([`clusters/${cluster}.yaml`])
})

test('clusters of the mesh have an id from 1 to 255, never the same', () => {
  const ids = documentsIn('platform/cilium/clusters').map(
    ([, values]) =>
      z.strictObject({ cluster: z.strictObject({ id: z.int().min(1).max(255) }) }).parse(values).cluster.id,
  )
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids.length).toBeGreaterThan(0)
})

test('what the templates read of a cluster file is in its schema, and in every file of the template', () => {
  const read = new Set([...applicationSets.values()].flatMap(fieldsOf))
  expect([...read].sort()).toEqual(['metadata.labels', 'metadata.labels.environment', 'spec', 'spec.role'])
  const schema: unknown = JSON.parse(readFileSync(schemaFile('cluster'), 'utf8'))
  for (const field of read) expect(declares(schema, field.split('.'))).toBe(true)
  expect(declares(schema, ['spec', 'rol'])).toBe(false)
  for (const [path, document] of documentsIn('clusters')) {
    expect([path, document]).toEqual([
      path,
      expect.objectContaining({
        metadata: expect.objectContaining({ labels: expect.objectContaining({ environment: expect.any(String) }) }),
      }),
    ])
  }
})

/** The fields of a cluster file that the templates and the selectors of a set name. */
function fieldsOf(set: Parameters<typeof leavesOf>[0]): string[] {
  const templates = JSON.stringify([set.spec.generators, set.spec.template])
  const plain = [...templates.matchAll(/\.((?:metadata|spec)(?:\.\w+)*)/g)].map(([, field = '']) => field)
  const optional = [...templates.matchAll(/dig \\"(\w+)\\" \\"\w*\\" \.(\w+)/g)].map(
    ([, key, parent]) => `${parent}.${key}`,
  )
  const selected = leavesOf(set).flatMap(({ selector }) => Object.keys(selector?.matchLabels ?? {}))
  return [...plain, ...optional, ...selected.map(key => key.split('.').slice(0, 2).join('.'))]
}

/** Whether a JSON schema says anything of a path. */
function declares(schema: unknown, [key, ...rest]: readonly string[]): boolean {
  if (key === undefined) return schema !== undefined
  const { properties = {}, additionalProperties } = z
    .looseObject({ properties: z.record(z.string(), z.unknown()).optional(), additionalProperties: z.unknown() })
    .parse(schema)
  if (key in properties) return declares(properties[key], rest)
  return additionalProperties instanceof Object && rest.length === 0
}

function text(path: string): string {
  expect(documentsOf(path)).toHaveLength(1)
  return files[path] ?? ''
}
