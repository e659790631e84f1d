import { existsSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { ConfigurationError } from '../../configuration/index.ts'
import { type Address, parseAddress } from './address.ts'
import type { Git } from './git.ts'

/** A clone is asked to take commits to the branch that its work tree shows; its origin is where they belong. */
export async function checkedOut(git: Git, address: Address, branch: string): Promise<ConfigurationError> {
  return new ConfigurationError({
    problem: `${branch} is checked out there, and takes no pushes`,
    place: { input: 'repository' },
    value: address.url,
    cure: `Name the repository that it is a clone of${await originOf(git, address)}`,
  })
}

/** A path that is no repository: a folder within one, any other folder, or nothing. */
export function noRepository({ url }: Address): ConfigurationError {
  const place = { input: 'repository' }
  if (!existsSync(url)) {
    return new ConfigurationError({ problem: 'there is no such folder', place, value: url, cure: 'Check its path' })
  }
  const top = topAbove(url)
  if (top === undefined) {
    const cure = 'Name one, by its URL or by the path of its top'
    return new ConfigurationError({ problem: 'not a Git repository', place, value: url, cure })
  }
  const cure = `Give ${JSON.stringify(top)} as the repository, and ${JSON.stringify(relative(top, url))} as the directory`
  return new ConfigurationError({ problem: 'not the top of a Git repository', place, value: url, cure })
}

/** What follows `a clone of`. A URL with credentials in it is not shown. */
async function originOf(git: Git, { kind, url }: Address): Promise<string> {
  if (kind !== 'file') return ', by its URL'
  const config = ['config', '--get', 'remote.origin.url']
  const { code, stdout } = await git.ask([`--git-dir=${join(url, '.git')}`, ...config])
  if (code !== 0) return ', by its URL'
  try {
    return `: ${parseAddress(stdout.trim(), { folder: url }).url}`
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    return ', by its URL without what is secret in it'
  }
}

function topAbove(path: string): string | undefined {
  const folder = dirname(path)
  if (folder === path) return undefined
  return existsSync(join(folder, '.git')) ? folder : topAbove(folder)
}
