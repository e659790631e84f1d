import { fileURLToPath } from 'node:url'
import { runCommand } from '../host/index.ts'
import { actionlint } from './check-workflows/actionlint.ts'
import { actionFiles, workflowFiles } from './check-workflows/files.ts'
import { zizmor } from './check-workflows/zizmor.ts'

/**
 * `npm run lint:workflows`: every workflow and action under actionlint and zizmor, which are installed into `.cache/`
 * at first. Fails on a finding, and also when a program cannot be had: what was not checked is not clean.
 */
const root = fileURLToPath(new URL('..', import.meta.url))
const files = { workflows: workflowFiles(root), actions: actionFiles(root) }
let failed = false
for (const { name, install, check } of [actionlint, zizmor]) {
  const installed = await install(root, runCommand)
  if ('missing' in installed) {
    console.error(`${name}: not run, it could not be installed. ${installed.missing}`)
    failed = true
    continue
  }
  const { code, stdout, stderr } = await check(installed.program, root, files, runCommand)
  process.stdout.write(stdout)
  process.stderr.write(stderr)
  const count = `${files.workflows.length} workflows, ${files.actions.length} actions`
  console.log(code === 0 ? `${name}: clean (${count})` : `${name}: failed with code ${code}`)
  failed ||= code !== 0
}
process.exitCode = failed ? 1 : 0
