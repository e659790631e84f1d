import { expect, test } from '@jest/globals'
import { load } from 'js-yaml'
import { type ApplicationSet, applicationSet, applicationSetOf, applicationSets } from './application-set.ts'
import { files } from './files.ts'
import { type Policy, policies, safekeeping } from './policies.ts'

const names = [...applicationSets.keys()]
const kept = names.filter(name => name !== 'previews')

test('the template has these ApplicationSets', () => {
  expect(names).toEqual(['apps', 'namespaces', 'platform', 'previews'])
})

test.each(names)('%s keeps every policy', name => {
  expect(broken(applicationSetOf(name), policies)).toEqual([])
})

test.each(kept)('%s keeps what runs', name => {
  expect(broken(applicationSetOf(name), safekeeping)).toEqual([])
})

test('previews, and only they, go with what made them', () => {
  const { syncPolicy } = applicationSetOf('previews').spec
  expect(syncPolicy).toEqual({ applicationsSync: 'sync', preserveResourcesOnDeletion: false })
})

/** Edits of apps.yaml (or of previews.yaml), and the policy that notices each. */
const edits: [policy: string, from: string | RegExp, to: string, file?: string][] = [
  ['a key that is missing stops the set', '[missingkey=error]', '[missingkey=zero]'],
  ['a key that is missing stops the set', 'goTemplate: true', 'goTemplate: false'],
  [
    'a cluster’s state selects nothing and reaches no template',
    'pathParamPrefix: file #',
    'selector: { matchLabels: { spec.state: active } } #',
  ],
  ['the project is fixed', 'project: apps', 'project: "{{ index .path.segments 1 }}"'],
  ['no patch of text, in which a value could write keys', '  template:\n', '  templatePatch: "a: b"\n  template:\n'],
  ['waves are the kit’s, not RollingSync’s', '  template:\n', '  strategy: { type: RollingSync }\n  template:\n'],
  ['a commit elsewhere renders nothing anew', /argocd.argoproj.io\/manifest-generate-paths: .*/, ''],
  ['this repository’s main branch is named in full', 'revision: refs/heads/main', 'revision: main'],
  ['this repository’s main branch is named in full', 'targetRevision: refs/heads/main', 'targetRevision: HEAD'],
  ['generators read this repository alone', 'repoURL: https://github.com/acme/gitops.git', 'repoURL: https://else'],
  ['an empty rendering prunes nothing', 'allowEmpty: false', 'allowEmpty: true'],
  ['retries go on, with the newest commit', 'limit: -1', 'limit: 5'],
  ['retries go on, with the newest commit', /refresh: true.*/, ''],
  ['Applications live where Argo CD looks for them', 'namespace: argocd', 'namespace: apps'],
  [
    'Applications are created and updated, never deleted',
    '\n    applicationsSync: create-update',
    '\n    applicationsSync: sync',
  ],
  ['Applications are created and updated, never deleted', '\n    applicationsSync: create-update', ''],
  ['deleting an Application deletes nothing it runs', 'Deletion: true', 'Deletion: false'],
  ['a set that goes lets go of its Applications first', /finalizers: .*/, ''],
  ['cluster, environment and role are labels', /stovepipe.dev\/role: .*/, ''],
  [
    'a repository that is not found is no list of no pull requests',
    'NotFoundError: false',
    'NotFoundError: true',
    'applicationsets/previews.yaml',
  ],
]

test.each(edits)('“%s” notices that %s becomes %s', (policy, from, to, file = 'applicationsets/apps.yaml') => {
  const text = files[file] ?? ''
  const edited = text.replace(from, to)
  expect(edited).not.toBe(text)
  expect(broken(parse(edited), [...policies, ...safekeeping])).toContain(policy)
})

test('every policy has an edit that breaks it', () => {
  expect(new Set(edits.map(([policy]) => policy))).toEqual(
    new Set([...policies, ...safekeeping].map(({ name }) => name)),
  )
})

function broken(set: ApplicationSet, rules: readonly Policy[]): string[] {
  return rules.filter(rule => !rule.holds(set)).map(({ name }) => name)
}

function parse(text: string): ApplicationSet {
  return applicationSet.parse(load(text))
}
