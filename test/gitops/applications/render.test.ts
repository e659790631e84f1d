import { expect, test } from '@jest/globals'
import { renderSets } from '../../../gitops/applications/index.ts'
import { filesTree } from '../../../steps/folder/index.ts'
import { templateFiles } from '../../support/template.ts'

/** Renders one Application from these parameters with the template as its label; gives the label, or what went wrong. */
function render(template: string, parameters: Readonly<Record<string, unknown>> = {}): string {
  const set = {
    kind: 'ApplicationSet',
    metadata: { name: 'x' },
    spec: {
      goTemplate: true,
      goTemplateOptions: ['missingkey=error'],
      generators: [{ list: { elements: [{ s: 'prod-eu1-a', ...parameters }] } }],
      template: { metadata: { name: 'app', labels: { l: template } } },
    },
  }
  const [rendering] = renderSets(filesTree(new Map([['applicationsets/x.yaml', JSON.stringify(set)]])))
  if (rendering?.unknown !== undefined) return `unknown: ${rendering.unknown}`
  if (rendering?.stopped !== undefined) return `stopped: ${rendering.stopped}`
  const [application] = rendering?.applications ?? []
  return JSON.stringify(application?.content).replace(/^.*"l":"(.*)"\}\}\}$/, '$1')
}

/** What Argo CD 3.2.3 gives: test/e2e/applicationsets/parity.test.ts holds each of these to its own code. */
test.each([
  ['{{ .s }}', 'prod-eu1-a'],
  ['a {{- .s -}} b', 'aprod-eu1-ab'],
  ['{{/* said */}}x', 'x'],
  ['{{ trunc 4 .s | upper }}', 'PROD'],
  ['{{ if gt (len .s) 3 }}long{{ else }}short{{ end }}', 'long'],
  ['{{ $x := .s }}{{ if .s }}{{ $x = "y" }}{{ end }}{{ $x }}', 'y'],
  ['{{ index .l 1 }} {{ .n }} {{ .big }}', 'y 3 1.234567e+06'],
  ['{{ dig "a" "b" "none" .m }} {{ dig "z" "none" .m }}', 'c none'],
  ['{{ .none }}', 'stopped: map has no entry for key "none"'],
  ['{{ .s.t }}', 'stopped: no field t in what is no map'],
  ['{{ fail "said so" }}', 'stopped: said so'],
  ['{{ .s', 'stopped: an action that does not end'],
  ['{{ if .s }}x', 'stopped: unexpected end: {{end}} is missing'],
  ['{{ range .l }}{{ . }}{{ end }}', 'unknown: {{range}} is not known'],
  ['{{ randAlpha 5 }}', 'unknown: the function randAlpha is not known'],
  ['{{ trunc 1 .n }}', 'unknown: a function of strings with something else is not known'],
])('%s gives %s', (template, given) => {
  expect(render(template, { n: 3, big: 1234567, l: ['x', 'y'], m: { a: { b: 'c' } } })).toBe(given)
})

test('every ApplicationSet of the template can be told, and makes what its folders and clusters say', () => {
  const files = templateFiles()
  const renderings = renderSets(filesTree(new Map(Object.entries(files))))
  expect(renderings.flatMap(({ unknown, stopped }) => [unknown, stopped])).toEqual(
    renderings.flatMap(() => [undefined, undefined]),
  )
  const folders = Object.keys(files).flatMap(
    path => /^apps\/([^/]+)\/clusters\/([^/]+)\/kustomization.yaml$/.exec(path)?.slice(1, 3).join('.') ?? [],
  )
  const made = renderings.find(({ name }) => name === 'apps')?.applications.map(({ name }) => name)
  expect(made?.toSorted()).toEqual(folders.toSorted())
})
