import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { commands } from '../cli/commands.ts'
import { renderPages } from './docs/pages.ts'

/**
 * `npm run docs`: writes the generated sections of the READMEs, so that a name is the same in `action.yml`, command line
 * and documentation. With `--check` it writes nothing and fails when one has drifted.
 */
const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } })
const root = fileURLToPath(new URL('..', import.meta.url))
const loaded = await Promise.all(Object.values(commands).map(load => load()))
const drifted = renderPages(root, loaded).filter(({ now, wanted }) => now !== wanted)
for (const { file, wanted } of drifted) {
  if (!values.check) writeFileSync(join(root, file), wanted)
  console.log(values.check ? `${file}: out of date, run \`npm run docs\`` : `${file}: written`)
}
if (drifted.length === 0) console.log('every generated section is up to date')
process.exitCode = values.check && drifted.length > 0 ? 1 : 0
