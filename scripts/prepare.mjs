// Makes a fresh clone ready: `node scripts/prepare.mjs` installs the npm packages, `--parts` with `demo`, `tests`, `e2e` or
// `up` also the programs that those run (Go alone is left to the person). Does nothing when all is there. It runs before
// anything is installed and on any Node from 20 on, so it is plain JavaScript and imports nothing but Node's own modules.
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { requireGo } from './parts/go.mjs'
import { installParts } from './parts/install.mjs'
import { installPackages } from './parts/packages.mjs'

try {
  installPackages(dirname(dirname(fileURLToPath(import.meta.url))))
  const { parts } = parseArgs({ options: { parts: { type: 'string' } } }).values
  if (parts === 'e2e' || parts === 'up') requireGo()
  if (parts === 'demo' || parts === 'tests' || parts === 'e2e' || parts === 'up') installParts(parts)
  else if (parts !== undefined) {
    throw new Error(`--parts takes "demo", "tests", "e2e" or "up" (found ${JSON.stringify(parts)})`)
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
