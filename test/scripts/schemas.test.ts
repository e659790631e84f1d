import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { schemaFile, schemaNames, schemaText } from '../../scripts/schemas.ts'

test.each(schemaNames)('the JSON schema of %s is what `npm run schemas` writes', name => {
  expect(readFileSync(schemaFile(name), 'utf8')).toBe(schemaText(name))
})

test('the README names schemas that exist', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
  const named = [...readme.matchAll(/(?:gitops\/)?schemas\/[\w.-]+\.json/g)].map(([path]) => path)
  expect(named.length).toBeGreaterThan(1)
  for (const path of named) readFileSync(new URL(`../../${path}`, import.meta.url))
})
