import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { runStep } from './script.ts'

const promote = '.github/workflows/promote.yml'
const hostile = `x'"; touch /tmp/stovepipe-owned; $(id) \`id\`\n::error::forged`

test.each([
  { what: 'the app that was named', app: 'coolkit', folders: ['other'], apps: ['coolkit'] },
  { what: 'every app with a pipeline', app: '', folders: ['a', '0-b', 'c'], apps: ['0-b', 'a', 'c'] },
  { what: 'no app where there is none', app: '', folders: [], apps: [] },
  { what: 'those below the directory', app: '', directory: '-x y', folders: ['a'], apps: ['a'] },
])('lists $what', async ({ app, directory = '.', folders, apps }) => {
  const { code, printed, output } = await runStep(
    promote,
    'List the apps',
    { APP: app, DIRECTORY: directory, LC_ALL: 'C' },
    workspace => {
      for (const folder of folders) {
        mkdirSync(join(workspace, directory, 'apps', folder), { recursive: true })
        writeFileSync(join(workspace, directory, 'apps', folder, 'pipeline.yaml'), '')
      }
      mkdirSync(join(workspace, directory, 'apps', 'no-pipeline'), { recursive: true })
    },
  )
  expect(printed).toBe('')
  expect(code).toBe(0)
  expect(output).toMatch(/^apps=.*\n$/)
  expect(listed(output)).toEqual(apps)
})

/** The names as the matrix reads them. */
const listed = (output: string) => JSON.parse(`[${output.replace('apps=', '')}]`)

test.each(['b c', '-x', "d'e", 'A', 'x"', '`id`', '$(id)', hostile.replaceAll('/', '')])(
  'passes a name over that no app can have, and refuses it where it was given: %j',
  async name => {
    const others = await runStep(promote, 'List the apps', { APP: '', DIRECTORY: '.', LC_ALL: 'C' }, workspace => {
      for (const folder of ['a', name]) {
        mkdirSync(join(workspace, 'apps', folder), { recursive: true })
        writeFileSync(join(workspace, 'apps', folder, 'pipeline.yaml'), '')
      }
    })
    const named = await runStep(promote, 'List the apps', { APP: name, DIRECTORY: '.', LC_ALL: 'C' })
    const printed = '::warning::A name that no app can have is passed over: lower-case letters, digits and -\n'
    expect(others).toMatchObject({ code: 0, printed, output: 'apps="a"\n' })
    expect(named).toMatchObject({
      code: 1,
      printed: expect.stringMatching(/^::error title=app::[^\n]*\n$/),
      output: '',
    })
  },
)

test.each([
  ['public', 0, ''],
  ['always', 0, ''],
  ['never', 0, ''],
  ['true', 1, '::error title=attest::the input attest is none of public, always and never\n'],
  [hostile, 1, '::error title=attest::the input attest is none of public, always and never\n'],
  ['', 1, '::error title=attest::the input attest is none of public, always and never\n'],
])('a release with `attest: %j` ends with %d', async (attest, code, printed) => {
  const ran = await runStep('.github/workflows/release.yml', 'Refuse an `attest` that means nothing', {
    ATTEST: attest,
  })
  expect(ran).toMatchObject({ code, printed })
})
