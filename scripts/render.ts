import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { marker, renderFiles } from './render/files.ts'

/**
 * `npm run render`: writes the manifests of the GitOps template that are typed code, and removes what it once wrote and
 * writes no more. With `--check` it writes nothing and fails when there is anything to do.
 */
const { values } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    to: { type: 'string', default: join(import.meta.dirname, '../gitops/template') },
  },
})
const wanted = renderFiles()
const found = generatedBelow(values.to)
const files = [...new Set([...wanted.keys(), ...found.keys()])].filter(file => wanted.get(file) !== found.get(file))
for (const file of files) {
  const text = wanted.get(file)
  if (!values.check) write(join(values.to, file), text)
  const done = text === undefined ? 'removed' : 'written'
  const state = text === undefined ? 'rendered no more' : found.has(file) ? 'stale' : 'missing'
  console.log(values.check ? `${file}: ${state}, run \`npm run render\`` : `${file}: ${done}`)
}
if (files.length === 0) console.log('every generated manifest is up to date')
else if (values.check) process.exitCode = 1

function write(path: string, text: string | undefined): void {
  mkdirSync(dirname(path), { recursive: true })
  if (text === undefined) rmSync(path)
  else writeFileSync(path, text)
}

/** The files below a folder that are generated, or that are to be, by their paths in it. */
function generatedBelow(folder: string): Map<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
  return new Map(
    entries
      .map(({ parentPath, name }): [string, string] => {
        const path = join(parentPath, name)
        return [relative(folder, path), readFileSync(path, 'utf8')]
      })
      .filter(([file, text]) => wanted.has(file) || text.startsWith(marker)),
  )
}
