import { expect, test } from '@jest/globals'
import { checkRepository } from '../../../steps/check/index.ts'
import { applyChanges, type Files, filesTree } from '../../../steps/folder/index.ts'
import { addApp, kinds, type NewApp, templateTree } from '../../../steps/scaffold/index.ts'
import { templateFiles } from '../../support/template.ts'
import { cleanRepository } from '../check/repository.ts'

const made = { by: 'Ada', at: Date.parse('2026-05-01T10:00:00Z'), run: 'cli' }
const clean = new Map(Object.entries(cleanRepository()))

function add(files: Files, asked: Omit<NewApp, 'like'> & { from?: string }): Files {
  const tree = filesTree(files)
  const { from = 'coolkit', ...rest } = asked
  const decided = addApp(tree, { ...rest, like: { app: from, tree } }, made)
  if (decided.kind === 'nothing') throw new Error(decided.stop.reason)
  return applyChanges(files, decided.write.changes)
}

test('an app like another has its files with the names replaced, empty pins, no copies of base/, no record', () => {
  const before = new Map([...clean, ['apps/coolkit/release.yaml', 'kind: Release\n']])
  const after = add(before, {
    app: 'shop',
    image: 'registry.example/team/shop',
    source: 'https://git.example/shop.git',
  })
  const added = [...after.keys()].filter(path => !before.has(path))
  expect(added.sort()).toEqual([
    'apps/shop/base/deployment.yaml',
    'apps/shop/base/kustomization.yaml',
    'apps/shop/base/service.yaml',
    ...['dev', 'prod-eu1-a', 'prod-eu1-b', 'prod-eu1-c'].map(name => `apps/shop/clusters/${name}/kustomization.yaml`),
    'apps/shop/pipeline.yaml',
    'platform/namespaces/shop.yaml',
  ])
  expect(after.get('apps/shop/clusters/prod-eu1-a/kustomization.yaml')).toBe(
    before
      .get('apps/coolkit/clusters/prod-eu1-a/kustomization.yaml')
      ?.replaceAll('ghcr.io/acme/coolkit', 'registry.example/team/shop')
      .replace('namespace: coolkit', 'namespace: shop')
      .replace(/newTag: .*/, 'newTag: ""')
      .replace(/digest: .*/, 'digest: ""'),
  )
  expect(after.get('projects/apps.yaml')).toBe(
    before
      .get('projects/apps.yaml')
      ?.replace('namespace: coolkit }\n', 'namespace: coolkit }\n    - { name: "*", namespace: shop }\n'),
  )
  for (const [path, text] of before) if (path !== 'projects/apps.yaml') expect(after.get(path)).toBe(text)
})

test('and the repository is as clean as before', async () => {
  expect(await checkRepository(filesTree(add(clean, { app: 'shop', image: 'ghcr.io/acme/shop' })))).toEqual([])
})

test.each([
  ['kube-system', /of Kubernetes or Argo CD themselves/],
  ['argocd', /of Kubernetes or Argo CD themselves/],
  ['default', /of Kubernetes or Argo CD themselves/],
  ['monitoring', /one that projects\/platform.yaml deploys to/],
  ['preview-shop', /one that projects\/previews.yaml deploys to/],
])('an app named %s would be deployed to a namespace that is not for apps, and is refused', (app, problem) => {
  const files = new Map(Object.entries(templateFiles()))
  expect(() => add(files, { app, image: `ghcr.io/acme/${app}` })).toThrow(problem)
})

test('a kind that the project does not know yet is let in', () => {
  const text = clean.get('projects/apps.yaml')?.replace('    - { group: "", kind: Service }\n', '') ?? ''
  const after = add(new Map([...clean, ['projects/apps.yaml', text]]), { app: 'shop', image: 'ghcr.io/acme/shop' })
  expect(after.get('projects/apps.yaml')).toContain('kind: Deployment }\n    - { group: "", kind: Service }\n')
})

test('a project that allows all kinds still does', () => {
  const project = clean.get('projects/apps.yaml')?.replace(/ {2}namespaceResourceWhitelist:\n( {4}.*\n)+/, '') ?? ''
  const after = add(new Map([...clean, ['projects/apps.yaml', project]]), { app: 'shop', image: 'ghcr.io/acme/shop' })
  expect(project).not.toMatch(/kind: Service/)
  expect(after.get('projects/apps.yaml')).toBe(`${project}    - { name: "*", namespace: shop }\n`)
})

test.each(Object.entries(kinds))(
  'an app of kind %s, from the template, leaves the template as clean as it is',
  async (_kind, from) => {
    const files = new Map(Object.entries(templateFiles()))
    const before = await checkRepository(filesTree(files))
    const tree = filesTree(files)
    const decided = addApp(
      tree,
      { app: 'shop', image: 'ghcr.io/acme/shop', like: { app: from, tree: templateTree() } },
      made,
    )
    if (decided.kind === 'nothing') throw new Error(decided.stop.reason)
    expect(await checkRepository(filesTree(applyChanges(files, decided.write.changes)))).toEqual(before)
  },
)

test.each([
  [{ app: 'coolkit', image: 'ghcr.io/acme/x' }, /there is such an app already/],
  [{ app: 'Cool_Kit', image: 'ghcr.io/acme/x' }, /^input "NAME": not a name for an app/],
  [{ app: 'true', image: 'ghcr.io/acme/x' }, /^input "NAME": not a name for an app \(found "true"\)/],
  [{ app: '123', image: 'ghcr.io/acme/x' }, /not a name for an app/],
  [{ app: '1e3', image: 'ghcr.io/acme/x' }, /not a name for an app/],
  [{ app: 'shop', image: 'ghcr.io/acme/x:v1' }, /a repository is wanted, without tag/],
  [
    { app: 'shop', image: 'ghcr.io/acme/x', from: 'nope' },
    /no such app with a pipeline to copy from \(found "nope"\)\. There is coolkit/,
  ],
])('%j is refused', (asked, message) => {
  expect(() => add(clean, asked)).toThrow(message)
})

const template = new Map(Object.entries(templateFiles()))
const previewed = (asked: Omit<NewApp, 'like'> & { from?: string }) => add(template, { ...asked, preview: true })

test.each(Object.values(kinds))(
  'an app like %s gets previews: a line in the list, a folder, and not a byte elsewhere',
  async from => {
    const source = 'https://github.com/acme/till-service.git'
    const after = previewed({ app: 'till', image: 'registry.example:5000/team/till', source, from })
    const without = add(template, { app: 'till', image: 'registry.example:5000/team/till', source, from })
    const list = 'applicationsets/previews.yaml'
    const folder = 'platform/previews/till/kustomization.yaml'
    const last =
      '                - { app: storefront, owner: acme, repository: storefront, image: ghcr.io/acme/storefront }\n'
    expect(after.get(list)).toBe(
      template
        .get(list)
        ?.replace(
          last,
          `${last}                - { app: till, owner: acme, repository: till-service, image: registry.example:5000/team/till }\n`,
        ),
    )
    expect(after.get(folder)).toBe(
      template
        .get(`platform/previews/${from}/kustomization.yaml`)
        ?.replaceAll(new RegExp(`(?<![\\w-])${from}(?![\\w-])`, 'g'), 'till'),
    )
    const changed = [...after].filter(([path, text]) => without.get(path) !== text).map(([path]) => path)
    expect(changed.sort()).toEqual([list, folder])
    expect(await checkRepository(filesTree(after))).toEqual(await checkRepository(filesTree(template)))
  },
)

test('the project of the previews allows what the new one holds', () => {
  const project = 'projects/previews.yaml'
  const less = new Map([
    ...template,
    [project, (template.get(project) ?? '').replace(/ +- .*kind: (Rollout|ConfigMap) \}\n/g, '')],
  ])
  const asked = { app: 'till', image: 'ghcr.io/acme/till', source: 'https://github.com/acme/till.git', preview: true }
  expect(add(less, { ...asked, from: 'storefront' }).get(project)).toMatch(
    /NetworkPolicy \}\n {4}- \{ group: argoproj.io, kind: Rollout \}\n/,
  )
  expect(add(less, { ...asked, from: 'coolkit' }).get(project)).toMatch(
    /NetworkPolicy \}\n {4}- \{ group: "", kind: ConfigMap \}\n/,
  )
})

test('what a parser would read as a number is quoted in the list', () => {
  const after = previewed({ app: 'till', image: 'ghcr.io/acme/till', source: 'ssh://git@github.com/true/1e5.git' })
  expect(after.get('applicationsets/previews.yaml')).toContain(
    '- { app: till, owner: "true", repository: "1e5", image: ghcr.io/acme/till }\n',
  )
})

test.each<[string, Files, Omit<NewApp, 'like'> & { from?: string }, RegExp]>([
  [
    'a repository without previews',
    clean,
    { app: 'till', image: 'ghcr.io/acme/till' },
    /this repository has no previews/,
  ],
  ['a name that is too long', template, { app: 'a'.repeat(45), image: 'ghcr.io/acme/a' }, /at most 44 characters/],
  [
    'sources that are not on a GitHub',
    template,
    { app: 'till', image: 'ghcr.io/acme/till', source: 'https://git.example/a/b/c.git' },
    /"--preview": previews need the repository on GitHub .*found "https:\/\/git.example\/a\/b\/c.git"/,
  ],
  [
    'an app to copy that has none',
    new Map([...template].filter(([path]) => !path.startsWith('platform/previews/coolkit/'))),
    { app: 'till', image: 'ghcr.io/acme/till' },
    /there is no platform\/previews\/coolkit\/ to copy/,
  ],
])('previews of an app with %s are refused', (_, files, asked, message) => {
  expect(() => add(files, { ...asked, preview: true })).toThrow(message)
})
