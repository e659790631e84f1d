import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { runCommand } from '../../host/index.ts'
import { actionlint } from '../../scripts/check-workflows/actionlint.ts'
import { actionFiles, workflowFiles } from '../../scripts/check-workflows/files.ts'
import { zizmor } from '../../scripts/check-workflows/zizmor.ts'

// Where a linter cannot be had its test is skipped, and `npm run lint:workflows`, which `.ci/run` runs, fails.
const root = fileURLToPath(new URL('../..', import.meta.url))
const files = { workflows: workflowFiles(root), actions: actionFiles(root) }

for (const { name, install, check } of [actionlint, zizmor]) {
  const installed = await install(root, runCommand)
  if ('missing' in installed) test.skip(`${name} finds nothing: ${installed.missing}`, () => {})
  else {
    test(`${name} finds nothing in any workflow or action`, async () => {
      const { code, stdout, stderr } = await check(installed.program, root, files, runCommand)
      expect(`${stdout}${stderr}`.replace(/^No findings to report.*\n?/m, '')).toBe('')
      expect(code).toBe(0)
    }, 60_000)
  }
}
