import { expect, test } from '@jest/globals'
import { includedFiles } from '../../../gitops/applications/index.ts'
import { filesTree } from '../../../steps/folder/index.ts'
import { applicationSetOf, applicationSets, elementsOf, sourcesOf } from './application-set.ts'
import { documentsIn, files, foldersIn } from './files.ts'
import { projectOf, projects, rootProject } from './project.ts'
import { kindsOf, objectOf, rendered } from './rendered.ts'

const apps = foldersIn('apps')
const folders = apps.flatMap(app => foldersIn(`apps/${app}/clusters`).map(cluster => `apps/${app}/clusters/${cluster}`))
const previews = foldersIn('platform/previews').filter(name => name !== 'isolation')

test.each([...projects.keys()])(
  '%s asks for nothing by a wildcard but clusters, names what it allows, and stays while it is used',
  name => {
    const { metadata, spec } = projectOf(name)
    expect(metadata.finalizers).toEqual(['resources-finalizer.argocd.argoproj.io'])
    expect(spec.sourceRepos).not.toContain('*')
    expect(spec.destinations.map(({ namespace }) => namespace)).not.toContain('*')
    const kinds = [...spec.clusterResourceWhitelist, ...spec.namespaceResourceWhitelist]
    expect(kinds.map(({ group }) => group)).not.toContain('*')
    expect(spec.orphanedResources).toEqual({ warn: true })
    expect(spec.syncWindows).toBeUndefined()
  },
)

test.each([...projects.keys(), 'stovepipe'])('roles of %s look, and do not touch', name => {
  const { roles } = (name === 'stovepipe' ? rootProject() : projectOf(name)).spec
  for (const policy of roles.flatMap(({ policies }) => policies)) {
    expect(policy).toMatch(new RegExp(`^p, proj:${name}:[a-z]+, (applications|logs), get, ${name}/\\*, allow$`))
  }
})

test.each([...applicationSets.keys()])('%s has a project, and takes from no repository that it does not list', name => {
  const set = applicationSetOf(name)
  const { spec } = projectOf(set.spec.template.spec.project)
  const templated = elementsOf(set).map(({ repository }) => repository)
  for (const { repoURL } of sourcesOf(set)) {
    for (const url of repoURL === '{{ .repository }}' ? templated : [repoURL]) expect(spec.sourceRepos).toContain(url)
  }
})

test('no project lists a repository that no ApplicationSet takes from', () => {
  const taken = [...applicationSets.values()].flatMap(set => [
    ...sourcesOf(set).map(({ repoURL }) => repoURL),
    ...elementsOf(set).map(({ repository }) => repository),
  ])
  for (const { spec } of projects.values()) expect(taken).toEqual(expect.arrayContaining(spec.sourceRepos))
})

test('apps may write exactly the kinds that apps/ renders, none of them outside a namespace', () => {
  const { spec } = projectOf('apps')
  expect(kindsOf(spec.namespaceResourceWhitelist)).toEqual(kindsOf(folders.flatMap(rendered)))
  expect(spec.clusterResourceWhitelist).toEqual([])
})

test('previews may write exactly the kinds that platform/previews renders', () => {
  const { spec } = projectOf('previews')
  const allowed = [...spec.clusterResourceWhitelist, ...spec.namespaceResourceWhitelist]
  expect(kindsOf(allowed)).toEqual(kindsOf(previews.flatMap(app => rendered(`platform/previews/${app}`))))
  expect(kindsOf(spec.clusterResourceWhitelist)).toEqual(['/Namespace'])
})

test.each(folders)('%s renders into the namespace of its app', folder => {
  const [, app] = folder.split('/')
  expect(new Set(rendered(folder).map(({ namespace }) => namespace))).toEqual(new Set([app]))
})

test('each app has its namespace in platform/namespaces and in the project, and nobody else has', () => {
  const namespaces = documentsIn('platform/namespaces').map(([, document]) => objectOf(document))
  expect(namespaces.map(({ kind }) => kind)).toEqual(apps.map(() => 'Namespace'))
  expect(namespaces.map(({ name }) => name).sort()).toEqual(apps)
  expect(
    projectOf('apps')
      .spec.destinations.map(({ namespace }) => namespace)
      .sort(),
  ).toEqual(apps)
})

test('namespaces are neither pruned nor deleted by Argo CD, and say which pods they admit', () => {
  for (const [, document] of documentsIn('platform/namespaces')) {
    expect(document).toMatchObject({
      metadata: {
        annotations: { 'argocd.argoproj.io/sync-options': 'Prune=false,Delete=false' },
        labels: { 'pod-security.kubernetes.io/enforce': expect.stringMatching(/^(baseline|restricted)$/) },
      },
    })
  }
})

test('projects are made before the sets, which would wait three minutes for one that is not there', () => {
  for (const { metadata } of projects.values()) {
    expect(metadata).toMatchObject({ annotations: { 'argocd.argoproj.io/sync-wave': '-1' } })
  }
  for (const [path] of documentsIn('applicationsets')) expect(files[path]).not.toContain('sync-wave')
})

test('the root project holds projects and ApplicationSets, and prunes none', () => {
  expect(kindsOf(rootProject().spec.namespaceResourceWhitelist)).toEqual([
    'argoproj.io/AppProject',
    'argoproj.io/ApplicationSet',
  ])
  expect(rootProject().spec.clusterResourceWhitelist).toEqual([])
  expect(files['bootstrap/root.yaml']).toContain('automated: { prune: false,')
})

test('the root takes what `stovepipe check` reads: gitops/applications/included.ts', () => {
  const included = 'directory: { recurse: true, include: "{projects,applicationsets}/*.yaml" }'
  expect(files['bootstrap/root.yaml']).toContain(included)
  const there = [
    'projects/apps.yaml',
    'projects/deep/x.yaml',
    'applicationsets/apps.yml',
    'applicationsets.yaml',
    'x.yaml',
  ]
  expect(includedFiles(filesTree(new Map(there.map(path => [path, 'a: 1\n']))))).toEqual({
    taken: ['projects/apps.yaml', 'projects/deep/x.yaml'],
    left: ['applicationsets/apps.yml'],
  })
})

test('one repository is named everywhere, so that one replacement makes it yours', () => {
  const own = Object.entries(files).filter(([path]) => /^(applicationsets|projects|bootstrap)\//.test(path))
  const urls = own.flatMap(([, text]) => text.match(/https:\/\/github\.com\/acme\/[\w.-]+/g) ?? [])
  expect(new Set(urls)).toEqual(new Set(['https://github.com/acme/gitops.git']))
})
