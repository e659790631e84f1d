import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { runStep } from './script.ts'

/** A folder with a `node` that says how it was called. */
let programs: string
beforeEach(() => {
  programs = mkdtempSync(join(tmpdir(), 'programs-'))
  writeFileSync(join(programs, 'node'), '#!/bin/sh\necho "$*"\n')
  chmodSync(join(programs, 'node'), 0o755)
})
afterEach(() => rmSync(programs, { recursive: true, force: true }))

const hostile = `x'"; touch /tmp/stovepipe-owned; $(id) \`id\`\nremoves-9\n`

test.each<[what: string, labels: readonly string[], removes: string]>([
  ['no label', [], '0'],
  ['other labels', ['preview', 'removes', 'removes-', 'removes-x', 'no-removes-3', 'removes-3-or-4', hostile], '0'],
  ['a label', ['preview', 'removes-12'], '12'],
  ['two labels', ['removes-2', 'removes-10'], '10'],
  ['a label with more than the command takes', ['removes-123456789'], '0'],
])('a pull request with %s may take as many Applications away', async (_what, labels, removes) => {
  const { code, printed } = await runStep('gitops/template/.github/workflows/check.yml', 'Check', {
    PATH: `${programs}:${process.env.PATH}`,
    BASE: 'abc; id',
    LABELS: JSON.stringify(labels, null, 2),
  })
  expect({ code, printed }).toEqual({
    code: 0,
    printed: `../kit/dist/stovepipe.mjs check --base abc; id --removes ${removes}\n`,
  })
})
