import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { readDocuments } from '../../../configuration/index.ts'
import { lintDocuments } from '../../../rollouts/lint/index.ts'
import { snippetsOf } from '../../../scripts/docs/snippets.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const readme = readFileSync(join(root, 'rollouts/manifests/README.md'), 'utf8')

test('the code of the README, in a folder of a team’s own, writes a template that lint has nothing against', () => {
  const [snippet] = snippetsOf(readme).filter(({ language }) => language === 'ts')
  const folder = mkdtempSync(join(tmpdir(), 'team-'))
  try {
    const file = join(folder, 'analysis.ts')
    writeFileSync(file, (snippet?.text ?? '').replace('../stovepipe/', root))
    const yaml = execFileSync(process.execPath, [file], { encoding: 'utf8' })
    expect(yaml).toContain('max-error-increase-over-stable\n      value: "0.001"')
    const documents = readDocuments(yaml, 'checkout.yaml')
    expect(lintDocuments(documents, { scrapeInterval: 15_000 })).toEqual({ templates: 1, findings: [] })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
