import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { attempt, type Check } from './check.ts'

const version = '1.32.0'

/** Audits workflows and actions with zizmor, from PyPI. Offline, so that the verdict is the same on every machine. */
export const zizmor: Check = {
  name: `zizmor ${version}`,
  async install(root, run) {
    const directory = join(root, '.cache', `zizmor-${version}`)
    const program = join(directory, 'bin', 'zizmor')
    if (existsSync(program)) return { program }
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--only-binary', ':all:']
    const failure = await attempt(run, 'python3', [...pip, '--target', directory, `zizmor==${version}`])
    if (failure === undefined) return { program }
    return { missing: `Install Python 3 with pip (Debian: apt-get install python3-pip). ${failure}` }
  },
  check: (program, root, { workflows, actions }, run) =>
    run(
      program,
      [
        ...['--offline', '--no-progress', '--quiet', '--color', 'never'],
        ...['--persona', 'pedantic', '--strict-collection', '--config', '.github/zizmor.yml'],
        ...workflows,
        ...actions,
      ],
      { cwd: root },
    ),
}
