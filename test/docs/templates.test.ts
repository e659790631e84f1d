import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { readDocuments } from '../../configuration/index.ts'
import { lintDocuments } from '../../rollouts/lint/index.ts'
import { snippetsOf } from '../../scripts/docs/snippets.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const pages = globSync(['README.md', '{actions,examples,gitops,rollouts,workflows}/**/*.md'], { cwd: root })
const templates = pages.flatMap(page =>
  snippetsOf(readFileSync(`${root}/${page}`, 'utf8'))
    .filter(({ language, text }) => /^ya?ml$/.test(language) && /^kind: (Cluster)?AnalysisTemplate$/m.test(text))
    // Blank lines before it, so that a finding names the line of the page.
    .map(({ text, line }) => ({ place: `${page}:${line}`, page, text: '\n'.repeat(line - 1) + text })),
)

test('the README and the page of the action show a template each', () => {
  expect(templates.map(({ page }) => page)).toEqual(
    expect.arrayContaining(['README.md', 'actions/canary-analysis/README.md']),
  )
})

test.each(templates)('lint finds nothing in the AnalysisTemplate at $place', ({ page, text }) => {
  expect(lintDocuments(readDocuments(text, page)).findings).toEqual([])
})
