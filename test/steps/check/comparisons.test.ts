import { expect, test } from '@jest/globals'
import { formatPlace } from '../../../configuration/index.ts'
import { checkRepository } from '../../../steps/check/index.ts'
import { filesTree } from '../../../steps/folder/index.ts'
import { templateFiles } from '../../support/template.ts'

const shared = 'https://prometheus.example'
const file = 'apps/storefront/pipeline.yaml'
const line = (templateFiles()[file] ?? '').split('\n').findIndex(text => text.includes('against-stable')) + 1

/** What is found of the template's comparisons where its clusters name these stores; no store where it is ''. */
async function findings(stores: Readonly<Record<string, string>>): Promise<string[]> {
  const files = Object.entries(templateFiles()).map(([path, text]): [string, string] => {
    const store = stores[path.replace(/^clusters\/(.*)\.yaml$/, '$1')]
    return [path, store === undefined ? text : text.replace(/ +prometheus: .*\n/, store && `  prometheus: ${store}\n`)]
  })
  const found = await checkRepository(filesTree(new Map(files)))
  return found.flatMap(({ place, severity, rule, problem }) =>
    rule === 'compared-elsewhere' ? [`${formatPlace(place)}: ${severity}: ${problem}`] : [],
  )
}

test.each<[string, Readonly<Record<string, string>>]>([
  ['one store of all', {}],
  ['one, written in two ways', { 'prod-eu1-a': 'https://Prometheus.example:443/' }],
  ['one of the canary and a primary', { 'prod-eu1-c': 'https://c.example' }],
  ['one of all but dev, which compares nothing', { dev: 'https://dev.example' }],
  ['none named for the others', { 'prod-eu1-b': '', 'prod-eu1-c': '' }],
])('with %s, a gate that compares clusters is as it should be', async (_, stores) => {
  expect(await findings(stores)).toEqual([])
})

test.each<[string, Readonly<Record<string, string>>]>([
  [
    'each cluster its own',
    { 'prod-eu1-a': 'https://a.example', 'prod-eu1-b': 'https://b.example', 'prod-eu1-c': 'https://c.example' },
  ],
  ['the canary its own', { 'prod-eu1-a': 'https://a.example' }],
  ['the canary that of dev alone', { 'prod-eu1-b': 'https://b.example', 'prod-eu1-c': 'https://b.example' }],
])('with %s, a gate that compares clusters is found, at its line', async (_, stores) => {
  expect(await findings(stores)).toEqual([
    expect.stringMatching(
      new RegExp(`^${file}:${line}:\\d+: warning: against-stable compares prod-eu1-a with other clusters`),
    ),
  ])
})

test('the template’s clusters name one store', () => {
  const clusters = Object.entries(templateFiles()).filter(([path]) => path.startsWith('clusters/'))
  for (const [, text] of clusters) expect(text).toContain(`prometheus: ${shared}\n`)
})
