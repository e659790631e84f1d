import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Room for buildah to work in. `env` is the whole environment to run it with. */
export type BuildahRoom = { env: Readonly<Record<string, string | undefined>>; remove(): Promise<void> }

/**
 * Makes a storage of its own for buildah, so that nothing is left in the machine's and nobody else's images are seen.
 * `vfs` and chroot isolation work in a container without privileges, where overlay mounts and namespaces do not.
 */
export async function buildahRoom(env: BuildahRoom['env'] = process.env): Promise<BuildahRoom> {
  const folder = await mkdtemp(join(tmpdir(), 'stovepipe-buildah-'))
  const settings = join(folder, 'storage.conf')
  const text = `[storage]\ndriver = "vfs"\ngraphroot = "${folder}/graph"\nrunroot = "${folder}/run"\n`
  await writeFile(settings, text)
  return {
    env: { ...env, CONTAINERS_STORAGE_CONF: settings, STORAGE_DRIVER: 'vfs', BUILDAH_ISOLATION: 'chroot' },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}
