import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { readDocuments } from '../../../configuration/index.ts'
import { lintDocuments } from '../../../rollouts/lint/index.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))

test.each(['gitops/template', 'examples'])('nothing is found in our own templates: %s', folder => {
  const files = globSync('**/*.{yaml,yml}', { cwd: join(root, folder) }).sort()
  const documents = files.flatMap(file => readDocuments(readFileSync(join(root, folder, file), 'utf8'), file))
  const { findings, templates } = lintDocuments(documents)
  expect(findings).toEqual([])
  if (folder === 'gitops/template') expect(templates).toBeGreaterThan(0)
})
