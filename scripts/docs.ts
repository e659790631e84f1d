import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { commands } from '../cli/commands.ts'
import { ConfigurationError } from '../configuration/index.ts'
import { renderPages } from './docs/pages.ts'

/**
 * `npm run docs`: writes the generated sections of the READMEs, so that a name is the same in `action.yml`, command line
 * and documentation. With `--check` it writes nothing and fails when one has drifted.
 */
const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } })
try {
  process.exitCode = await regenerate(fileURLToPath(new URL('..', import.meta.url)), values.check)
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error
  console.error(error.message)
  process.exitCode = 1
}

async function regenerate(root: string, check: boolean): Promise<number> {
  const loaded = await Promise.all(Object.values(commands).map(load => load()))
  const drifted = renderPages(root, loaded).filter(({ now, wanted }) => now !== wanted)
  for (const { file, wanted } of drifted) {
    if (!check) writeFileSync(join(root, file), wanted)
    console.log(check ? `${file}: out of date, run \`npm run docs\`` : `${file}: written`)
  }
  if (drifted.length === 0) console.log('every generated section is up to date')
  return check && drifted.length > 0 ? 1 : 0
}
