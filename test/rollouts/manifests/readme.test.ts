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
const snippets = snippetsOf(readme).filter(({ language }) => language === 'ts')

/** Runs code in a folder of a team's own, beside a checkout of the kit, and gives what it prints. */
function run(code: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'team-'))
  try {
    writeFileSync(join(folder, 'code.ts'), code.replace('../stovepipe/', root))
    return execFileSync(process.execPath, [join(folder, 'code.ts')], { encoding: 'utf8' })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

test('the code of the README, in a folder of a team’s own, writes a template that lint has nothing against', () => {
  const yaml = run(snippets[0]?.text ?? '')
  expect(yaml).toContain('max-error-increase-over-stable\n      value: "0.001"')
  const documents = readDocuments(yaml, 'checkout.yaml')
  expect(lintDocuments(documents, { scrapeInterval: 15_000 })).toEqual({ templates: 1, findings: [] })
})

test('the code of the README writes the manifests of an app', () => {
  const kinds = readDocuments(run(snippets[1]?.text ?? ''), 'shop.yaml').map(({ value }) => value)
  expect(kinds).toMatchObject([
    { kind: 'Rollout', metadata: { name: 'shop' } },
    { kind: 'ScaledObject', spec: { minReplicaCount: 4 } },
    { kind: 'Service' },
    { kind: 'PodMonitor' },
  ])
})
