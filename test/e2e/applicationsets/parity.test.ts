import { beforeAll, expect, test } from '@jest/globals'
import { dump } from 'js-yaml'
import { renderSets } from '../../../gitops/applications/index.ts'
import { filesTree } from '../../../steps/folder/index.ts'
import fc from '../../support/property.ts'
import { buildGenerators, type Files, render } from '../generators/index.ts'
import { setOf, files as template } from './template.ts'

/** The template without what no ApplicationSet of it looks at, so that many can be written quickly. */
const files = Object.fromEntries(
  Object.entries(template).filter(([path]) => /^clusters\/|^apps\/[^/]+\/clusters\/[^/]+\/kustomization/.test(path)),
)

beforeAll(async () => {
  await buildGenerators(console.log)
}, 900_000)

type Made = { name: string; labels: unknown; project: unknown; destination: unknown }[] | 'stopped'

/** What the kit says that a set makes, by name. */
function ours(set: unknown, repository: Files): Made | 'unknown' {
  const others = Object.entries(repository).filter(([path]) => !path.startsWith('applicationsets/'))
  const tree = filesTree(new Map([...others, ['applicationsets/x.yaml', dump(set)]]))
  const [rendering] = renderSets(tree)
  if (rendering?.unknown !== undefined) return 'unknown'
  if (!rendering || rendering.stopped !== undefined) return 'stopped'
  return rendering.applications.map(({ content }) => outline(content))
}

/** What Argo CD's own generators and templates make. */
async function theirs(set: unknown, repositories: readonly Files[]): Promise<Made[]> {
  const renderings = await render(set, repositories)
  return renderings.map(({ applications, error }) => (error === undefined ? applications.map(outline) : 'stopped'))
}

function outline(application: unknown): Exclude<Made, string>[number] {
  const at = (...path: string[]) =>
    path.reduce<unknown>(
      (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
      application,
    )
  return {
    name: String(at('metadata', 'name')),
    labels: at('metadata', 'labels'),
    project: at('spec', 'project'),
    destination: at('spec', 'destination'),
  }
}

const sorted = (made: Made | 'unknown') =>
  Array.isArray(made) ? made.toSorted((a, b) => (a.name < b.name ? -1 : 1)) : made

/** Edits of a registry as people make them, right and wrong. */
const clusterPaths = Object.keys(files).filter(path => path.startsWith('clusters/'))
const edit = fc.oneof(
  fc.record({ kind: fc.constant('remove' as const), path: fc.constantFrom(...clusterPaths) }),
  fc.record({ kind: fc.constant('empty' as const), path: fc.constantFrom(...clusterPaths) }),
  fc.record({
    kind: fc.constant('rename' as const),
    path: fc.constantFrom(...clusterPaths),
    to: fc.constantFrom('clusters/new.yaml', 'clusters/deep/new.yaml', 'clusters/x.yml'),
  }),
  fc.record({
    kind: fc.constant('duplicate' as const),
    path: fc.constantFrom(...clusterPaths),
    to: fc.constantFrom('clusters/twin.yaml', `clusters/${'l'.repeat(60)}.yaml`),
  }),
  fc.record({
    kind: fc.constant('replace' as const),
    path: fc.constantFrom(...clusterPaths),
    from: fc.constantFrom('environment:', 'role:', 'name:', 'state: active', 'zone:', 'spec:'),
    to: fc.constantFrom('enviroment:', '', 'x: 1\n  strimzi:', 'state: inactive', 'roles:'),
  }),
  fc.record({
    kind: fc.constant('label' as const),
    path: fc.constantFrom(...clusterPaths),
    with: fc.constantFrom('strimzi: "true"', 'cilium: "true"', 'strimzi: true', 'cloudnative-pg: "false"'),
  }),
  fc.record({
    kind: fc.constant('folder' as const),
    app: fc.constantFrom('coolkit', 'new', 'a'.repeat(40)),
    cluster: fc.constantFrom('dev', 'prod-eu1-a', 'nowhere', 'twin'),
  }),
)

type Edit = typeof edit extends fc.Arbitrary<infer E> ? E : never

function apply(before: Files, change: Edit): Files {
  const after: Record<string, string> = { ...before }
  const move = (from: string, to: string) => {
    const text = after[from]
    if (text !== undefined) after[to] = text
  }
  switch (change.kind) {
    case 'remove':
      delete after[change.path]
      return after
    case 'empty':
      if (change.path in after) after[change.path] = ''
      return after
    case 'rename':
      move(change.path, change.to)
      delete after[change.path]
      return after
    case 'duplicate':
      move(change.path, change.to)
      return after
    case 'replace':
      after[change.path] = (after[change.path] ?? '').replace(change.from, change.to)
      return after
    case 'label':
      after[change.path] = (after[change.path] ?? '').replace('labels: {', `labels: { ${change.with},`)
      return after
    case 'folder':
      after[`apps/${change.app}/clusters/${change.cluster}/kustomization.yaml`] = 'resources: [base]\n'
      return after
  }
}

/** A name that the label of every Application would be stopped for, and YAML that two parsers may read apart, is left out. */
const histories = fc.array(edit, { minLength: 1, maxLength: 4 }).map(edits => edits.reduce<Files>(apply, files))

test.each(['apps', 'namespaces', 'platform'])(
  'whatever is edited in the registry, the kit tells what %s makes of it',
  async name => {
    const repositories = fc.sample(histories, { numRuns: 40, seed: 7 })
    const set = setOf(name)
    const made = await theirs(set, repositories)
    let told = 0
    for (const [index, repository] of repositories.entries()) {
      const mine = ours(set, repository)
      if (mine === 'unknown') continue
      told++
      expect({ repository: changesOf(repository), made: sorted(mine) }).toEqual({
        repository: changesOf(repository),
        made: sorted(made[index] ?? 'stopped'),
      })
    }
    expect(told).toBeGreaterThan(20)
    console.log(`${name}: ${told} of ${repositories.length} told`)
  },
)

function changesOf(repository: Files): Record<string, string | undefined> {
  const paths = new Set([...Object.keys(files), ...Object.keys(repository)])
  return Object.fromEntries(
    [...paths].filter(path => files[path] !== repository[path]).map(path => [path, repository[path]]),
  )
}

const parameters = {
  s: 'prod-eu1-a',
  t: 'Ab-',
  n: 3,
  big: 1234567,
  f: 0.5,
  small: 0.00001,
  b: true,
  e: '',
  l: ['x', 'y'],
  m: { k: 'v', o: { p: 'q' } },
  z: null,
}

test.each([
  '{{ .s }}-{{ .n }}',
  '{{.s}}{{- /* said */ -}} x',
  'a {{- .s -}} b',
  '{{ .big }} {{ .f }} {{ .small }} {{ .b }}',
  '{{ .l }} {{ .m }}',
  '{{ .z }}',
  '{{ index .l 1 }}{{ index .m "k" }}',
  '{{ index .l 7 }}',
  '{{ index .m "none" }}',
  '{{ .m.o.p }}',
  '{{ .m.none }}',
  '{{ .s.none }}',
  '{{ printf "%s.%s" .s .t }}',
  '{{ printf "%v" .n }}',
  '{{ print .s .n .b .t }}',
  '{{ print .n .n }}',
  '{{ len .s }}{{ len .l }}{{ len .m }}',
  '{{ if .e }}a{{ else if .b }}b{{ else }}c{{ end }}',
  '{{ if gt (len .s) 3 }}long{{ end }}',
  '{{ if and .b .e }}x{{ else }}y{{ end }}',
  '{{ or .e .s }}',
  '{{ not .e }}',
  '{{ $x := .s }}{{ if .b }}{{ $x = .t }}{{ end }}{{ $x }}',
  '{{ $x := .s }}{{ if .b }}{{ $x := .t }}{{ end }}{{ $x }}',
  '{{ $x }}',
  '{{ $.s }}',
  '{{ (index .l 0) }}',
  '{{ dig "k" "d" .m }}',
  '{{ dig "o" "p" "d" .m }}',
  '{{ dig "none" "d" .m }}',
  '{{ hasKey .m "k" }}',
  '{{ default "d" .e }}',
  '{{ .e | default "d" }}',
  '{{ fail "no" }}',
  '{{ trunc 4 .s }}',
  '{{ trunc -4 .s }}',
  '{{ .t | lower | trimAll "-" }}',
  '{{ trimSuffix "-a" .s }}',
  '{{ trimPrefix "prod-" .s }}',
  '{{ upper .s }}',
  '{{ replace "-" "." .s }}',
  '{{ sha256sum .s | trunc 10 }}',
  '{{ eq .s "prod-eu1-a" }}',
  '{{ ne .s .t }}',
  '{{ eq .s "x" "prod-eu1-a" }}',
  '{{ hasPrefix "prod" .s }}{{ contains "eu" .s }}',
  '{{ "a\\tb" }}{{ `c"d` }}',
  '{{ .s',
  '{{ end }}',
  '{{ if .b }}x',
  '{{ nope .s }}',
  '{{ .s .t }}',
  '{{ 3 }}{{ true }}',
  '{{ "x" | printf "%s-%s" .s }}',
  '{{ index .m "o" "p" }}',
  '{{ .m.o }}',
  '{{ trim "  a " }}',
])('the template %j gives what Go gives, or is not told', async template => {
  const set = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'ApplicationSet',
    metadata: { name: 'x', namespace: 'argocd' },
    spec: {
      goTemplate: true,
      goTemplateOptions: ['missingkey=error'],
      generators: [{ list: { elements: [parameters] } }],
      template: {
        metadata: { name: 'app', labels: { l: template } },
        spec: { project: 'p', destination: { name: 'd', namespace: 'n' } },
      },
    },
  }
  const mine = ours(set, files)
  const [made] = await theirs(set, [files])
  if (mine !== 'unknown') expect(mine).toEqual(made)
  else console.log(`not told: ${template}`)
})
