import { expect, test } from '@jest/globals'
import { checkChange } from '../../../steps/check/index.ts'
import { filesTree, wholeRepository } from '../../../steps/folder/index.ts'
import fc from '../../support/property.ts'
import { templateFiles } from '../../support/template.ts'
import { cleanRepository } from './repository.ts'

type Files = Readonly<Record<string, string>>

const clean = cleanRepository()
const tree = (files: Files) => wholeRepository(filesTree(new Map(Object.entries(files))))
const change = (after: Files, removes = 0, before: Files = clean) => {
  const { applications, findings } = checkChange(tree(before), tree(after), { removes })
  return { ...applications, findings: findings.map(({ rule }) => rule) }
}
const without = (...prefixes: readonly string[]) =>
  Object.fromEntries(Object.entries(clean).filter(([path]) => !prefixes.some(prefix => path.startsWith(prefix))))
const edited = (path: string, from: string, to: string) => ({ ...clean, [path]: (clean[path] ?? '').replace(from, to) })
const canary = 'clusters/prod-eu1-a.yaml'
const all = ['dev', 'prod-eu1-a', 'prod-eu1-b', 'prod-eu1-c'].map(name => `coolkit.${name}`)

test('nothing changes nothing', () => {
  expect(change(clean)).toEqual({ added: [], removed: [], changed: [], findings: [] })
})

test.each<[what: string, after: Files, removed: readonly string[]]>([
  ['a cluster’s file is deleted', without(canary), ['coolkit.prod-eu1-a']],
  ['every cluster’s file is deleted', without('clusters/'), all],
  ['an app is deleted', without('apps/'), all],
  ['the ApplicationSet is deleted', without('applicationsets/'), all],
  ['the pattern is mistyped', edited('applicationsets/apps.yaml', 'apps/*/clusters/*', 'aps/*/clusters/*'), all],
])('when %s, what is made no more is named and refused', (_what, after, removed) => {
  expect(change(after)).toEqual({ added: [], removed, changed: [], findings: ['applications-removed'] })
  expect(change(after, removed.length).findings).toEqual([])
  expect(change(after, removed.length - 1).findings).toEqual(['applications-removed'])
})

test('a rename takes one away and adds another; a label changes what has it', () => {
  const folder = 'apps/coolkit/clusters/prod-eu1-a/'
  const renamed = Object.fromEntries(
    Object.entries(clean).map(([path, text]) => [
      path.replace(canary, 'clusters/x.yaml').replace(folder, 'apps/coolkit/clusters/x/'),
      text,
    ]),
  )
  expect(change(renamed, 1)).toEqual({
    added: ['coolkit.x'],
    removed: ['coolkit.prod-eu1-a'],
    changed: [],
    findings: [],
  })
  expect(change(edited(canary, 'environment: prod', 'environment: lab'))).toEqual({
    added: [],
    removed: [],
    changed: ['coolkit.prod-eu1-a'],
    findings: [],
  })
})

test('a state changes nothing', () => {
  expect(change(edited(canary, 'state: active', 'state: inactive'))).toEqual({
    added: [],
    removed: [],
    changed: [],
    findings: [],
  })
})

test.each([
  ['a label that is missing stops the set', edited(canary, 'environment: prod, ', '')],
  [
    'a generator that is not known here',
    edited('applicationsets/apps.yaml', '    - matrix:', '    - clusters: {}\n    - matrix:'),
  ],
  [
    'a function that is not known here',
    edited('applicationsets/apps.yaml', '{{ .metadata.labels.environment }}', '{{ randAlpha 5 }}'),
  ],
  ['a cluster file that is no YAML', edited(canary, 'kind: Cluster', 'kind: [')],
])('%s: what cannot be told is refused', (_what, after) => {
  expect(change(after).findings).toEqual(['change-unknown'])
})

test.each([
  ['a label', canary, 'environment: prod, ', ''],
  ['the key of all labels', canary, 'labels:', 'lables:'],
])(
  'a base that misses %s is compared by names, so that its repair takes nothing else away',
  (_what, path, from, to) => {
    const stopped = edited(path, from, to)
    expect(change(clean, 0, stopped)).toEqual({ added: [], removed: [], changed: [], findings: [] })
    const { 'clusters/dev.yaml': _dev, 'clusters/prod-eu1-c.yaml': _c, ...fewer } = clean
    expect(change(fewer, 1, stopped)).toEqual({
      added: [],
      removed: ['coolkit.dev', 'coolkit.prod-eu1-c'],
      changed: [],
      findings: ['applications-removed'],
    })
    expect(change(fewer, 2, stopped).findings).toEqual([])
  },
)

test.each([
  ['a name', '.{{ .path.basename }}"', '.{{ .metadata.lables.environment }}"'],
  ['a generator', 'clusters/{{ .path.basename }}.yaml', 'clusters/{{ .path.nope }}.yaml'],
])('a base that is stopped in %s tells nothing: somebody has to look', (_what, from, to) => {
  const stopped = edited('applicationsets/apps.yaml', from, to)
  expect(stopped).not.toEqual(clean)
  expect(change(clean, 9, stopped).findings).toEqual(['change-unknown'])
})

const previews = 'applicationsets/previews.yaml'
const template = templateFiles()

test.each<[what: string, from: string | RegExp, to: string, gone: RegExp | undefined]>([
  ['an app fewer', / +- \{ app: storefront,.*\n/, '', /previews like preview-storefront-pr-1 are/],
  ['another label', '[preview-ready]', '[reviewed]', /previews like preview-coolkit-pr-1, preview-storefront-pr-1 are/],
  [
    'another name',
    'name: "preview-',
    'name: "look-',
    /previews like preview-coolkit-pr-1, preview-storefront-pr-1 are/,
  ],
  ['another image', 'ghcr.io/acme/storefront }', 'ghcr.io/acme/shop }', undefined],
  ['another interval', 'requeueAfterSeconds: 60', 'requeueAfterSeconds: 30', undefined],
])('previews with %s: those that go are named, and not refused', (_what, from, to, gone) => {
  const after = { ...template, [previews]: (template[previews] ?? '').replace(from, to) }
  expect(after[previews]).not.toBe(template[previews])
  const { findings } = checkChange(tree(template), tree(after), { removes: 0 })
  expect(findings).toEqual(
    gone === undefined
      ? []
      : [
          expect.objectContaining({
            rule: 'previews-removed',
            severity: 'warning',
            problem: expect.stringMatching(gone),
          }),
        ],
  )
})

const clusterPaths = Object.keys(clean).filter(path => path.startsWith('clusters/'))
const path = fc.constantFrom(...clusterPaths)
const edits = fc.oneof(
  fc.record({ kind: fc.constantFrom('delete', 'empty'), path }),
  fc.record({
    kind: fc.constantFrom('rename', 'duplicate'),
    path,
    to: fc.constantFrom('clusters/y.yaml', 'clusters/deep/z.yaml', ...clusterPaths),
  }),
  fc.record({
    kind: fc.constant('replace'),
    path,
    from: fc.constantFrom('environment', 'labels:', 'spec:', 'name:'),
    to: fc.constantFrom('', 'x', 'environment'),
  }),
)

test('no edits of the registry get past it with more than the number', () => {
  fc.assert(
    fc.property(fc.array(edits, { minLength: 1, maxLength: 5 }), fc.integer({ min: 0, max: 3 }), (changes, removes) => {
      const after: Record<string, string> = { ...clean }
      for (const each of changes) {
        const text = after[each.path] ?? ''
        if (each.kind === 'empty') after[each.path] = ''
        if ('from' in each) after[each.path] = text.replace(each.from, each.to)
        if ('to' in each && !('from' in each)) after[each.to] = text
        if (each.kind === 'delete' || each.kind === 'rename') delete after[each.path]
      }
      // What is made is a folder with a cluster file of its name, in this repository.
      const gone = clusterPaths.filter(each => after[each] === undefined)
      const { findings, removed } = change(after, removes)
      if (gone.length > removes) expect(findings).not.toEqual([])
      if (findings.length === 0) expect(removed.length).toBe(gone.length)
    }),
    { numRuns: 200 },
  )
})
