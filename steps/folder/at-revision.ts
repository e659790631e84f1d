import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ConfigurationError } from '../../configuration/index.ts'
import type { RunCommand } from '../../host/index.ts'
import { type Checkout, wholeRepository } from './checkout.ts'
import { folderTree } from './tree.ts'

export type RevisionHost = {
  run: RunCommand
  env: Readonly<Record<string, string | undefined>>
  /** Where temporary folders go. */
  temporary: string
}

/**
 * Reads a folder of a Git repository, and that repository, as they are at a revision, for as long as `use` takes; neither
 * the work tree nor the index is touched. Throws a ConfigurationError when there is no such revision, or no such folder
 * in it: taken for empty, it would have nothing that a change could take away.
 */
export async function atRevision<T>(
  folder: string,
  revision: string,
  { run, env, temporary }: RevisionHost,
  use: (checkout: Checkout) => T,
): Promise<T> {
  const own = await mkdtemp(join(temporary, 'stovepipe-base-'))
  const inherited = Object.entries(env).filter(([name]) => !/^GIT_(DIR|WORK_TREE|INDEX_FILE|PREFIX)$/.test(name))
  const environment = { ...Object.fromEntries(inherited), LC_ALL: 'C', GIT_INDEX_FILE: join(own, 'index') }
  const git = async (...args: string[]) => {
    const { code, stdout, stderr } = await run('git', args, { cwd: folder, env: environment })
    if (code === 0) return stdout
    throw new ConfigurationError({
      problem: `there is no such folder, nor such a revision: ${stderr.trim().split('\n')[0] ?? ''}`,
      place: { input: '--base' },
      value: revision,
      cure: 'Name a folder, or a commit or branch that is at hand (git fetch)',
    })
  }
  try {
    const prefix = (await git('rev-parse', '--show-prefix')).trim()
    const commit = (await git('rev-parse', '--verify', '--end-of-options', `${revision}^{commit}`)).trim()
    await git('read-tree', commit)
    const files = join(own, 'files')
    await mkdir(files)
    await git('checkout-index', '--all', '--force', `--prefix=${files}/`)
    const path = prefix.replace(/\/$/, '')
    if (path === '') return use(wholeRepository(folderTree(files)))
    if (!existsSync(join(files, path))) {
      throw new ConfigurationError({
        problem: `${path}/ is not there at this revision, so it cannot be told what the change takes away`,
        place: { input: '--base' },
        value: revision,
        cure: 'Name a revision that has it; where it is new or was moved, look at the Applications yourself',
      })
    }
    return use({ tree: folderTree(join(files, path)), root: folderTree(files), folder: path })
  } finally {
    await rm(own, { recursive: true, force: true, maxRetries: 3 })
  }
}
