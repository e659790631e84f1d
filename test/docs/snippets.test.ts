import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { parseFlags } from '../../cli/arguments.ts'
import { commands } from '../../cli/commands.ts'
import { type Document, readDocument, readDocuments } from '../../configuration/index.ts'
import { appNames, pipelineOf, readFleet } from '../../gitops/fleet/index.ts'
import { workflowFiles } from '../../scripts/check-workflows/files.ts'
import { type Snippet, snippetsOf } from '../../scripts/docs/snippets.ts'
import { misuses, readInterfaces } from '../../scripts/docs/uses.ts'
import { treeOf } from './tree.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const pages = ['README.md', 'CONTRIBUTING.md', ...globSync(['actions/*/README.md', 'workflows/*.md'], { cwd: root })]
const snippets = [...pages, 'gitops/template/README.md'].flatMap(page =>
  snippetsOf(readFileSync(`${root}/${page}`, 'utf8')).map(snippet => ({ page, ...snippet })),
)
const yaml = snippets.filter(({ language }) => /^ya?ml$/.test(language))

function documentsOf({ page, text, line }: Snippet & { page: string }): Document[] {
  // Blank lines before it, so that a fault names the line of the page.
  return readDocuments('\n'.repeat(line - 1) + text, page)
}

test('the README shows workflows, an action and the GitOps repository', () => {
  const shown = yaml.filter(({ page }) => page === 'README.md').map(({ text }) => text)
  for (const part of ['workflows/release.yml@', 'workflows/promote.yml@', 'actions/build-image@', 'kind: Pipeline']) {
    expect(shown.some(text => text.includes(part))).toBe(true)
  }
})

test.each(yaml.map(snippet => ({ ...snippet, place: `${snippet.page}:${snippet.line}` })))(
  'YAML at $place parses, and gives our actions only inputs they have',
  snippet => {
    const interfaces = readInterfaces(root)
    expect(documentsOf(snippet).flatMap(document => misuses(document, interfaces))).toEqual([])
  },
)

test.each(workflowFiles(root))('%s gives our actions and workflows only inputs they have', file => {
  const document = readDocument(readFileSync(`${root}/${file}`, 'utf8'), file)
  expect(misuses(document, readInterfaces(root))).toEqual([])
})

test('the App of the applications, which may write no pin, is given to nothing that writes one', () => {
  const theirs = yaml.filter(({ text }) => /\bSTOVEPIPE_(CLIENT_ID|PRIVATE_KEY)\b/.test(text))
  const given = theirs.flatMap(({ text }) =>
    [...text.matchAll(/uses: \S+\/([\w-]+)(?:\.yml)?@/g)].map(([, name]) => name),
  )
  expect([...new Set(given)].sort()).toEqual(['dispatch', 'release'])
  const places = theirs.map(({ page }) => page)
  expect([...new Set(places)].sort()).toEqual(['README.md', 'actions/dispatch/README.md', 'workflows/release.md'])
})

test.each(globSync('actions/*/action.yml', { cwd: root }))('%s has a page with an example of itself', file => {
  const folder = file.replace('/action.yml', '')
  const page = `${folder}/README.md`
  expect(yaml.some(snippet => snippet.page === page && snippet.text.includes(`OWNER/stovepipe/${folder}@`))).toBe(true)
})

test('the files of a GitOps repository that the README shows are read by the kit', () => {
  const files = yaml
    .map(({ text }) => /^# (?<path>\S+\.yaml)\n(?<content>[\s\S]*)$/.exec(text)?.groups)
    .flatMap(groups => (groups ? [[groups.path ?? '', groups.content ?? '']] : []))
  const tree = treeOf(Object.fromEntries(files))
  expect(readFleet(tree)).toMatchObject({
    settings: { canaryShare: 5 },
    clusters: [{ name: 'prod-eu1-a', role: 'canary' }],
  })
  expect(appNames(tree)).toEqual(['coolkit'])
  expect(pipelineOf(tree, 'coolkit')?.waves.map(({ name }) => name)).toEqual(['dev', 'canary', 'primaries'])
})

const calls = snippets
  .filter(({ language }) => language === 'sh')
  .flatMap(({ page, text, line }) =>
    [...text.matchAll(/(?:.*\\\n)*.*\n/g)].map(({ 0: call, index }) => ({
      place: `${page}:${line + text.slice(0, index).split('\n').length - 1}`,
      words: call
        .replaceAll('\\\n', '')
        .replace(/\s+#.*/, '')
        .trim()
        .split(/\s+/),
    })),
  )
  .filter(({ words }) => words[0] === 'stovepipe')

test.each(calls)('the command at $place has the flags that it is given', async ({ words }) => {
  const name = [words.slice(1, 3).join(' '), words[1] ?? ''].find(name => Object.hasOwn(commands, name)) ?? ''
  const command = await commands[name]?.()
  expect(command).toBeDefined()
  if (command) parseFlags(command, words.slice(1 + name.split(' ').length))
})

const inline = pages.flatMap(page =>
  readFileSync(`${root}/${page}`, 'utf8')
    .split('\n')
    .flatMap((line, index) =>
      line.startsWith('|')
        ? []
        : [...line.matchAll(/`(stovepipe [a-z][^`]* --[^`]*)`/g)].map(([, call = '']) => ({ call, index })),
    )
    .map(({ call, index }) => ({ place: `${page}:${index + 1}`, words: call.split(/\s+/) })),
)

test.each([...calls, ...inline])('the command at $place has the flags that it cannot do without', async ({ words }) => {
  const name = [words.slice(1, 3).join(' '), words[1] ?? ''].find(name => Object.hasOwn(commands, name)) ?? ''
  const { usage = '' } = (await commands[name]?.()) ?? {}
  const needed = [...usage.replaceAll(/\[[^\]]*\]/g, '').matchAll(/--[a-z-]+/g)].map(([flag]) => flag)
  expect(words).toEqual(expect.arrayContaining(needed))
})

test.each([
  [
    'an unknown secret',
    'uses: OWNER/stovepipe/.github/workflows/cluster.yml@v1\nwith: { cluster: a, command: drain }\nsecrets: { tokne: x }',
    'page.md:3:12: .github/workflows/cluster.yml has no secret tokne',
  ],
  [
    'an unknown input',
    'uses: OWNER/stovepipe/actions/promote@v1\nwith: { app: x, iamge: y }',
    'page.md:2:17: actions/promote has no input iamge',
  ],
  ['a missing input', 'uses: $/actions/promote', 'page.md:1:7: actions/promote needs the input app'],
  [
    'an unknown action',
    'steps: [{ uses: acme/stovepipe/actions/prmote@v1 }]',
    'page.md:1:17: there is no actions/prmote',
  ],
  [
    'an unknown workflow',
    'uses: OWNER/stovepipe/.github/workflows/x.yml@v1',
    'page.md:1:7: there is no .github/workflows/x.yml',
  ],
])('a `uses:` with %s is found', (_what, text, fault) => {
  expect(misuses(readDocument(text, 'page.md'), readInterfaces(root))).toEqual([fault])
})

test('takes fenced blocks out of a page, nested and indented ones too', () => {
  const page = [
    '1. x',
    '',
    '   ```yaml',
    '   a:',
    '     b',
    '   ```',
    '````md',
    '```sh',
    '```',
    '````',
    '```',
    'c',
    '```',
  ].join('\n')
  expect(snippetsOf(page)).toEqual([
    { language: 'yaml', text: 'a:\n  b\n', line: 4 },
    { language: 'md', text: '```sh\n```\n', line: 8 },
    { language: '', text: 'c\n', line: 12 },
  ])
})
