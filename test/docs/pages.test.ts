import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { commands } from '../../cli/commands.ts'
import { renderPages } from '../../scripts/docs/pages.ts'
import { replaceSection } from '../../scripts/docs/section.ts'
import { inputsTable, outputsTable } from '../../scripts/docs/tables.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

test('every generated section is what `npm run docs` would write', async () => {
  const loaded = await Promise.all(Object.values(commands).map(load => load()))
  const drifted = renderPages(root, loaded).filter(({ now, wanted }) => now !== wanted)
  expect(drifted.map(({ file }) => file)).toEqual([])
})

test('writes inputs and outputs as tables', () => {
  const inputs = {
    app: { description: 'The app,\n  a folder of `apps/`', required: true },
    until: { description: 'a | b', default: '' },
    branch: { description: 'Its branch', default: 'main' },
  }
  expect(inputsTable(inputs)).toBe(
    [
      '| Input | What it is | Default |',
      '| --- | --- | --- |',
      '| `app` | The app, a folder of `apps/` | required |',
      '| `until` | a \\| b |  |',
      '| `branch` | Its branch | `main` |',
    ].join('\n'),
  )
  expect(outputsTable({})).toBe('None.')
})

test('replaces what is between the markers, again and again', () => {
  const page = 'before\n<!-- x:start -->\nold\n<!-- x:end -->\nafter\n'
  const once = replaceSection(page, 'x', 'new', 'README.md')
  expect(once).toBe('before\n<!-- x:start -->\nnew\n<!-- x:end -->\nafter\n')
  expect(replaceSection(once, 'x', 'new', 'README.md')).toBe(once)
})

test.each([
  ['no markers', 'nothing'],
  ['no end', '<!-- x:start -->'],
  ['the wrong order', '<!-- x:end --><!-- x:start -->'],
  ['twice', '<!-- x:start --><!-- x:end --><!-- x:start --><!-- x:end -->'],
])('refuses a page with %s', (_what, page) => {
  expect(() => replaceSection(page, 'x', 'new', 'README.md')).toThrow('README.md: the section "x" must stand here once')
})

test('every npm script that the guides name exists', () => {
  const { scripts } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'))
  const named = ['README.md', 'CONTRIBUTING.md'].flatMap(file =>
    [...readFileSync(`${root}/${file}`, 'utf8').matchAll(/(?:^|`)npm (?:run )?(?<script>[a-z][\w:-]*)/gm)].map(
      ({ groups }) => groups?.script ?? '',
    ),
  )
  expect(named).toEqual(expect.arrayContaining(['demo', 'test', 'lint:workflows']))
  const builtIn = ['install', 'ci']
  expect(named.filter(name => !builtIn.includes(name) && !(name in scripts))).toEqual([])
})
