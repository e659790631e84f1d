// Makes a fresh clone ready: `node scripts/prepare.mjs` installs the npm packages, `--parts` also the programs that the
// tests and the demo run. Does nothing when all is there. It runs before anything is installed and on any Node from 20
// on, so it is plain JavaScript and imports nothing but Node's own modules.
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installParts } from './parts/install.mjs'
import { installPackages } from './parts/packages.mjs'

try {
  installPackages(dirname(dirname(fileURLToPath(import.meta.url))))
  if (process.argv.includes('--parts')) installParts()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
