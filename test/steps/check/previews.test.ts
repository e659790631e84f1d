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
