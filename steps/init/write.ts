import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ConfigurationError } from '../../configuration/index.ts'
import type { Files } from '../folder/index.ts'
import { lookAt, type PlaceOptions, withoutRepository } from './place.ts'

/** `commit`: whether to make the first commit, too. */
export type WriteOptions = PlaceOptions & { commit: boolean }

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
  const there = await lookAt(folder, options)
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
  if (there.kind === 'folder') await git('init', '--quiet', '--initial-branch=main')
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

async function run(folder: string, args: readonly string[], { run, env }: WriteOptions): Promise<string> {
  const { code, stdout, stderr } = await run('git', args, { cwd: folder, env: withoutRepository(env) })
  if (code === 0) return stdout
  throw new ConfigurationError({
    problem: `git ${args[0]} failed, the files are written: ${stderr.trim().split('\n').slice(0, 5).join('; ')}`,
    cure: `Set what it asks for, and go on with git in ${folder}`,
  })
}
