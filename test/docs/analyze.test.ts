import { readFile } from 'node:fs/promises'
import { expect, test } from '@jest/globals'
import { playExample, readExample } from '../support/analysis-example.ts'

const root = new URL('../../', import.meta.url)

test('the analysis that the README shows prints what the README says, on the real Prometheus', async () => {
  const example = await readExample(new URL('README.md', root))
  expect(example.words.slice(0, 3)).toEqual(['stovepipe', 'analyze', example.path])
  const { printed, code, page } = await playExample(example)
  expect(printed).toBe(example.output)
  expect(code).toBe(3)
  expect(page).toContain('errors: failed')
})

test('the README shows a picture of a report, small enough to be read in', async () => {
  const readme = await readFile(new URL('README.md', root), 'utf8')
  const [, path = ''] = /!\[[^\]]+\]\((docs\/[^)]+\.png)\)/.exec(readme) ?? []
  const picture = await readFile(new URL(path, root))
  expect(picture.subarray(1, 4).toString()).toBe('PNG')
  expect(picture.length).toBeLessThan(150_000)
})
