import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { schemaFile, schemaNames, schemaText } from '../../scripts/schemas.ts'

test.each(schemaNames)('the JSON schema of %s is what `npm run schemas` writes', name => {
  expect(readFileSync(schemaFile(name), 'utf8')).toBe(schemaText(name))
})
