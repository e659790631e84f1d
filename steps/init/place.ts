import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isNativeError } from 'node:util/types'
import { ConfigurationError } from '../../configuration/index.ts'
import type { RunCommand } from '../../host/index.ts'

/** Where a repository is to be made: a folder with nothing in it, or an empty repository, as a clone of one is. */
export type Place = { kind: 'folder' } | { kind: 'repository'; origin?: string }

export type PlaceOptions = { run: RunCommand; env: Readonly<Record<string, string | undefined>> }

/**
 * Looks at a folder that is empty, or holds nothing but `.git`, or is not there yet; gives a clone's origin, without the
 * credentials that it may hold. Throws a ConfigurationError for any other folder.
 */
export async function lookAt(folder: string, options: PlaceOptions): Promise<Place> {
  const there = await childrenOf(folder)
  if (there.some(name => name !== '.git')) {
    throw new ConfigurationError({
      problem: 'the folder is not empty',
      place: { input: 'DIR' },
      value: folder,
      cure: 'Name one that is, or that is not there yet',
    })
  }
  if (there.length === 0) return { kind: 'folder' }
  const args = [`--git-dir=${join(folder, '.git')}`, 'config', '--get', 'remote.origin.url']
  const { code, stdout } = await options.run('git', args, { cwd: folder, env: withoutRepository(options.env) })
  const origin = stdout.trim().replace(/^(https?:\/\/)[^/@]*@/, '$1')
  return { kind: 'repository', ...(code === 0 && origin !== '' && { origin }) }
}

/** The environment without what points Git at another repository. */
export function withoutRepository(env: PlaceOptions['env']): PlaceOptions['env'] {
  const outside = /^GIT_(DIR|WORK_TREE|INDEX_FILE|OBJECT_DIRECTORY)$/
  return Object.fromEntries(Object.entries(env).filter(([name]) => !outside.test(name)))
}

async function childrenOf(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (cause) {
    if (isNativeError(cause) && 'code' in cause && cause.code === 'ENOENT') return []
    throw new ConfigurationError({ problem: 'not a folder', place: { input: 'DIR' }, value: folder, cause })
  }
}
