import { expect, test } from '@jest/globals'
import { formatPlace } from '../../../configuration/index.ts'
import { checkRepository } from '../../../steps/check/index.ts'
import { filesTree } from '../../../steps/folder/index.ts'
import { templateFiles } from '../../support/template.ts'

const file = 'applicationsets/previews.yaml'

/** What is found in the template with this edit, beside what is found without it. */
async function findings(edit: (text: string) => string, removed = 'nothing'): Promise<string[]> {
  const files = templateFiles()
  const check = async (all: Record<string, string>) =>
    (await checkRepository(filesTree(new Map(Object.entries(all))))).map(
      ({ place, rule, problem }) => `${formatPlace(place)}: ${rule}: ${problem}`,
    )
  const before = await check(files)
  const kept = Object.fromEntries(Object.entries(files).filter(([path]) => !path.startsWith(removed)))
  const after = await check({ ...kept, [file]: edit(files[file] ?? '') })
  return after.filter(finding => !before.includes(finding))
}

const like = (app: string, image: string) => (text: string) =>
  text.replace(/(\n +)- \{ app: storefront, .*/, `$1- { app: ${app}, owner: a, repository: b, image: ${image} }`)

test('the template’s own are in order', async () => {
  expect(await findings(text => text)).toEqual([])
})

const nothing = 'nothing'
/** Where the element stands that the edits change. */
const line = (templateFiles()[file] ?? '').split('\n').findIndex(text => text.includes('- { app: storefront')) + 1

test.each<[string, (text: string) => string, RegExp[], string]>([
  [
    'an app without a folder of its own',
    text => text,
    [/no-preview-folder: platform\/previews\/storefront/],
    'platform/previews/storefront',
  ],
  [
    'an app that is not there',
    like('till', 'x'),
    [/no-preview-folder/, /preview-of-nothing: there is no apps\/till/],
    nothing,
  ],
  ['an app twice', like('coolkit', 'ghcr.io/acme/coolkit'), [/preview-twice: coolkit is listed twice/], nothing],
  [
    'another image than the pipeline’s',
    like('storefront', 'ghcr.io/acme/other'),
    [/preview-image: the image ghcr.io\/acme\/other is not that of/],
    nothing,
  ],
  [
    'a name that leaves no room',
    like('a'.repeat(45), 'x'),
    [/preview-name: .*at most 44/, /no-preview-folder/, /preview-of-nothing/],
    nothing,
  ],
])('%s is found, in its line', async (_, edit, expected, removed) => {
  const found = await findings(edit, removed)
  expect(found).toEqual(expected.map(pattern => expect.stringMatching(pattern)))
  for (const finding of found) expect(finding.startsWith(`${file}:${line}:`)).toBe(true)
})

/** What is found once this text of a preview's kustomization is another. */
async function patched(app: string, from: string, to: string, more: Record<string, string> = {}): Promise<string[]> {
  const path = `platform/previews/${app}/kustomization.yaml`
  const files = templateFiles()
  if (!files[path]?.includes(from)) throw new Error(`${path} does not hold ${from}`)
  const changed = { ...files, ...more, [path]: files[path].replace(from, to) }
  const found = await checkRepository(filesTree(new Map(Object.entries(changed))))
  return found.flatMap(({ place, rule, problem }) =>
    rule === 'preview-series' ? [`${formatPlace(place)}: ${problem.replace(/, so .*/, '')}`] : [],
  )
}

const honored = `- op: add
        path: /spec/podMetricsEndpoints/0/honorLabels
        value: false
      `

test.each<[string, string, string, string, string]>([
  ['the base’s honorLabels is left as it is', 'coolkit', honored, '', 'lets the app say itself'],
  ['honorLabels is turned on', 'storefront', 'value: false', 'value: true', 'lets the app say itself'],
  ['the patch is of none', 'coolkit', 'kind: PodMonitor', 'kind: ServiceMonitor', 'lets the app say itself'],
  [
    'the track is the app’s own',
    'storefront',
    '{ targetLabel: track, replacement: preview }',
    '{ targetLabel: x, replacement: y }',
    'sets no track',
  ],
  [
    'the track is one of a release',
    'coolkit',
    'track, replacement: preview',
    'track, replacement: stable',
    'says track="stable"',
  ],
  [
    'the cluster comes from the pod',
    'coolkit',
    '{ targetLabel: cluster, replacement: preview }',
    '{ targetLabel: cluster, sourceLabels: [__meta_kubernetes_pod_label_x], replacement: $1 }',
    'sets no cluster',
  ],
  [
    'the cluster is one of the fleet',
    'storefront',
    'cluster, replacement: preview',
    'cluster, replacement: dev',
    'says cluster="dev"',
  ],
  [
    'a later relabeling takes the label back',
    'storefront',
    'track, replacement: preview }',
    'track, replacement: preview }\n          - { action: Replace, targetLabel: track, sourceLabels: [a] }',
    'sets no track',
  ],
])('where %s, a preview’s metrics could pass for a release’s', async (_, app, from, to, problem) => {
  const place = `platform/previews/${app}/kustomization.yaml: PodMonitor ${app} `
  expect(await patched(app, from, to)).toEqual([expect.stringContaining(place + problem)])
})

test.each([
  ['in place', (text: string) => ({ item: `patch: |\n${text.replace(/^/gm, '      ')}`, files: {} })],
  [
    'in a file',
    (text: string) => ({ item: 'path: monitor.yaml', files: { 'platform/previews/coolkit/monitor.yaml': text } }),
  ],
])('a patch that is merged, %s, sets them as well', async (_, write) => {
  const { item, files } = write(`kind: PodMonitor
apiVersion: monitoring.coreos.com/v1
metadata: { name: coolkit }
spec:
  podMetricsEndpoints:
    - port: operations
      relabelings:
        - { targetLabel: cluster, replacement: preview }
        - { targetLabel: track, replacement: preview }
`)
  const [, list = ''] =
    /patches:\n([\s\S]*)/.exec(templateFiles()['platform/previews/coolkit/kustomization.yaml'] ?? '') ?? []
  expect(await patched('coolkit', list, `  - ${item}\n`, files)).toEqual([])
  expect(await patched('coolkit', list, '  []\n')).toHaveLength(1)
})
