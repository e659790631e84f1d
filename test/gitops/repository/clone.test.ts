import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { runCommand } from '../../../host/index.ts'
import { ports, type World, world } from './world.ts'

async function git(folder: string, ...args: string[]): Promise<void> {
  const { code, stderr } = await runCommand('git', ['-C', folder, ...args], { env: ports.environment })
  if (code !== 0) throw new Error(stderr)
}

async function cloned({ folder, bare }: World): Promise<string> {
  await git(folder, 'clone', '--quiet', bare.folder, 'clone')
  return join(folder, 'clone')
}

async function put(there: World, repository: string): Promise<unknown> {
  const opened = await there.open({ repository })
  const { commit: parent } = await opened.head()
  return opened.write({ parent, message: 'a change', changes: [{ path: 'a.yaml', text: 'a: 2\n' }] })
}

test.each([
  { origin: 'https://github.com/acme/gitops.git', said: /: https:\/\/github\.com\/acme\/gitops\.git$/ },
  { origin: 'git@github.com:acme/gitops.git', said: /: git@github\.com:acme\/gitops\.git$/ },
  { origin: '../acme/gitops.git', said: /: \/\S+\/acme\/gitops\.git$/ },
  { origin: 'https://x:secret@github.com/acme/gitops.git', said: /its URL without what is secret in it$/ },
  { origin: undefined, said: /by its URL$/ },
])('a branch that a clone has checked out takes no pushes, and its origin $origin does', async ({ origin, said }) => {
  await using there = await world({ 'a.yaml': 'a: 1\n' })
  const clone = await cloned(there)
  if (origin === undefined) await git(clone, 'remote', 'remove', 'origin')
  else await git(clone, 'remote', 'set-url', 'origin', origin)
  const written = put(there, clone)
  await expect(written).rejects.toThrow(/^input "repository": main is checked out there, and takes no pushes \(found "/)
  await expect(written).rejects.toThrow(said)
  await expect(written).rejects.not.toThrow(/secret@|receive\.denyCurrentBranch/)
})

test('a folder within a clone is told from its top, and what is no repository from both', async () => {
  await using there = await world({ 'fleet/a.yaml': 'a: 1\n' })
  const clone = await cloned(there)
  const inside = join(clone, 'fleet')
  const read = async (repository: string) => (await there.open({ repository })).head()
  await expect(read(inside)).rejects.toThrow(
    `input "repository": not the top of a Git repository (found "${inside}"). Give "${clone}" as the repository, and "fleet" as the directory`,
  )
  const outside = join(there.folder, 'outside')
  await mkdir(join(outside, '.git'), { recursive: true })
  await expect(read(outside)).rejects.toThrow(
    `input "repository": not a Git repository (found "${outside}"). Name one, by its URL or by the path of its top`,
  )
  const missing = join(there.folder, 'missing')
  await expect(read(missing)).rejects.toThrow(`input "repository": there is no such folder (found "${missing}")`)
})
