import { expect, test } from '@jest/globals'
import { z } from 'zod'
import { applicationSetOf, elementsOf, leavesOf } from './application-set.ts'
import { documentsOf, files, foldersIn } from './files.ts'
import { projectOf } from './project.ts'
import { rendered } from './rendered.ts'

const set = applicationSetOf('previews')
const elements = z
  .array(z.strictObject({ app: z.string(), owner: z.string(), repository: z.string(), image: z.string() }))
  .parse(elementsOf(set))
const [pullRequest] = leavesOf(set).flatMap(leaf => leaf.pullRequest ?? [])

test('only pull requests that were labelled after their build are asked for, each minute, as a GitHub App', () => {
  expect(pullRequest).toMatchObject({
    github: { labels: ['preview-ready'], appSecretName: 'github-app-previews' },
    requeueAfterSeconds: 60,
  })
})

test('nothing of a pull request is used but its number and its head commit', () => {
  const fields = [...JSON.stringify(set.spec.template).matchAll(/\.([a-z_]+) *(?=\}\}|\|)/g)].map(([, field]) => field)
  expect([...new Set(fields)].sort()).toEqual(['app', 'head_sha', 'image', 'number'])
})

test('the namespace of a preview is its Application’s name, in its source too, and its project allows it', () => {
  const { metadata, spec } = set.spec.template
  const name = 'preview-{{ .app }}-pr-{{ .number }}'
  expect(metadata.name).toBe(name)
  expect(spec.destination).toEqual({ name: 'dev', namespace: name })
  expect(spec.source).toMatchObject({ kustomize: { namespace: name } })
  expect(projectOf('previews').spec.destinations).toEqual([{ name: 'dev', namespace: 'preview-*' }])
  expect(files).toHaveProperty(['clusters/dev.yaml'])
  expect(spec.syncPolicy.syncOptions.join()).not.toContain('CreateNamespace')
})

test.each(elements)(
  '$app has a name short enough for pull request 9999999, an app, and a folder that isolates it',
  ({ app, image }) => {
    expect(`preview-${app}-pr-9999999`.length).toBeLessThanOrEqual(63)
    expect(documentsOf(`apps/${app}/pipeline.yaml`)).toMatchObject([{ spec: { image } }])
    const isolation = rendered('platform/previews/isolation').map(({ kind }) => kind)
    expect(isolation).toEqual(['Namespace', 'ResourceQuota', 'LimitRange', 'NetworkPolicy', 'ServiceAccount'])
    expect(rendered(`platform/previews/${app}`).map(({ kind }) => kind)).toEqual(expect.arrayContaining(isolation))
  },
)

test('every app of the template has previews, one pod each, and no network policy but isolation’s', () => {
  expect(elements.map(({ app }) => app)).toEqual(foldersIn('apps'))
  for (const { app } of elements) {
    const folder = `platform/previews/${app}`
    expect(files[`${folder}/kustomization.yaml`]).toMatch(/count: 1 }|path: \/spec\/replicas\n +value: 1\n/)
    const policies = rendered(folder).filter(({ kind }) => kind === 'NetworkPolicy')
    expect(policies.map(({ name }) => name)).toEqual(['preview'])
  }
})

test('a preview reaches nothing inside the network, and has no token of the cluster', () => {
  const [policy] = documentsOf('platform/previews/isolation/network.yaml')
  expect(policy).toMatchObject({
    spec: {
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
      egress: expect.any(Array),
      ingress: expect.any(Array),
    },
  })
  for (const range of ['10.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16']) {
    expect(JSON.stringify(policy)).toContain(`"${range}"`)
  }
  expect(documentsOf('platform/previews/isolation/service-account.yaml')).toMatchObject([
    { metadata: { name: 'default' }, automountServiceAccountToken: false },
  ])
})

test('a preview’s metrics name no cluster and no track of the fleet', () => {
  for (const { app } of elements) {
    expect(files[`platform/previews/${app}/kustomization.yaml`]).toMatch(
      /CLUSTER=preview\n.*TRACK=preview\n|stovepipe.dev\/cluster: preview\n/,
    )
  }
})
