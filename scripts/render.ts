import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { renderFiles } from './render/files.ts'

const folder = join(import.meta.dirname, '../gitops/template')

/**
 * `npm run render`: writes the manifests of the GitOps template that are typed code. With `--check` it writes nothing
 * and fails when one is stale.
 */
const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } })
const stale = [...renderFiles()].filter(([file, text]) => read(file) !== text)
for (const [file, text] of stale) {
  if (!values.check) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), text)
  }
  console.log(`gitops/template/${file}: ${values.check ? 'stale, run `npm run render`' : 'written'}`)
}
if (stale.length === 0) console.log('every generated manifest is up to date')
if (values.check && stale.length > 0) process.exitCode = 1

function read(file: string): string | undefined {
  const path = join(folder, file)
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined
}
