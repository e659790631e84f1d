import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isNativeError } from 'node:util/types'
import { ConfigurationError } from '../../configuration/index.ts'
import type { RunCommand } from '../../host/index.ts'
import type { Files } from '../folder/index.ts'

export type WriteOptions = {
  /** Whether to make the first commit, too. */
  commit: boolean
  run: RunCommand
  env: Readonly<Record<string, string | undefined>>
}

/**
 * Writes files into a folder that is empty, or holds nothing but `.git`, or is not there yet; a Git repository is made
 * of it. They are written beside it first and then moved, so that what was cut short leaves the folder empty. Gives the
 * first commit's id, if one was asked for. Throws a ConfigurationError for any other folder, and when Git refuses.
 */
export async function writeRepository(
  folder: string,
  files: Files,
  options: WriteOptions,
): Promise<string | undefined> {
  const there = await childrenOf(folder)
  if (there.some(name => name !== '.git')) {
    throw new ConfigurationError({
      problem: 'the folder is not empty',
      place: { input: 'DIR' },
      value: folder,
      cure: 'Name one that is, or that is not there yet',
    })
  }
  await mkdir(folder, { recursive: true })
  const beside = await mkdtemp(`${folder}.unfinished-`)
  try {
    for (const [path, text] of files) {
      await mkdir(dirname(join(beside, path)), { recursive: true })
      await writeFile(join(beside, path), text, { flag: 'wx' })
    }
    for (const name of await readdir(beside)) await rename(join(beside, name), join(folder, name))
  } finally {
    await rm(beside, { recursive: true, force: true })
  }
  const git = (...args: string[]) => run(folder, args, options)
  if (there.length === 0) await git('init', '--quiet', '--initial-branch=main')
  if (!options.commit) return undefined
  await git('add', '--all')
  await git(
    'commit',
    '--quiet',
    '--message',
    'The fleet begins: clusters, apps, projects, as stovepipe init makes them',
  )
  return (await git('rev-parse', 'HEAD')).trim()
}

async function childrenOf(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (cause) {
    if (isNativeError(cause) && 'code' in cause && cause.code === 'ENOENT') return []
    throw new ConfigurationError({ problem: 'not a folder', place: { input: 'DIR' }, value: folder, cause })
  }
}

async function run(folder: string, args: readonly string[], { run, env }: WriteOptions): Promise<string> {
  const outside = Object.entries(env).filter(
    ([name]) => !/^GIT_(DIR|WORK_TREE|INDEX_FILE|OBJECT_DIRECTORY)$/.test(name),
  )
  const { code, stdout, stderr } = await run('git', args, { cwd: folder, env: Object.fromEntries(outside) })
  if (code === 0) return stdout
  throw new ConfigurationError({
    problem: `git ${args[0]} failed, the files are written: ${stderr.trim().split('\n').slice(0, 5).join('; ')}`,
    cure: `Set what it asks for, and go on with git in ${folder}`,
  })
}
