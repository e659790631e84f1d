import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { RunCommand } from '../../host/index.ts'

/** A container of an image that is here: how to run it, and what it really is. */
export type Container = {
  name: string
  command: readonly string[]
  /** The digest it was pulled by, as buildah recorded it. */
  digest: string
  /** The version its image says it is, in its OCI label. */
  version: string
}

/** One cluster's own store of images and containers. */
export type ContainerStore = {
  env: Readonly<Record<string, string | undefined>>
  /** Pulls an image by its digest and makes a container of it. Rejects when the registry does not have it. */
  create(name: string, image: { repository: string; digest: string }): Promise<Container>
  /** The arguments of buildah that run the container's own command with these variables. */
  runArguments(container: Container, env: Readonly<Record<string, string>>): string[]
  remove(name: string): Promise<void>
}

const inspected = z.object({
  FromImageDigest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  OCIv1: z.object({
    config: z.object({
      Entrypoint: z.array(z.string()).nullish(),
      Cmd: z.array(z.string()).nullish(),
      Labels: z.record(z.string(), z.string()).nullish(),
    }),
  }),
})

/**
 * The environment that gives buildah a store of its own in `folder`: images and containers there, what it writes for a
 * moment in `temporary`, programs isolated by chroot. `driver` is `overlay` where the kernel lets it, or `vfs`.
 */
export function storeEnvironment(folder: string, temporary: string, driver: 'overlay' | 'vfs') {
  mkdirSync(folder, { recursive: true })
  const settings = join(folder, 'storage.conf')
  writeFileSync(
    settings,
    `[storage]\ndriver = "${driver}"\ngraphroot = "${folder}/images"\nrunroot = "${folder}/run"\n`,
  )
  return {
    ...process.env,
    CONTAINERS_STORAGE_CONF: settings,
    BUILDAH_ISOLATION: 'chroot',
    STORAGE_DRIVER: driver,
    TMPDIR: temporary,
  }
}

/** Whether this machine can mount overlays, which costs nothing; `vfs` copies the whole image for each container. */
export async function storageDriver(folder: string, temporary: string, run: RunCommand): Promise<'overlay' | 'vfs'> {
  const env = storeEnvironment(join(folder, 'probe'), temporary, 'overlay')
  const made = await run('buildah', ['from', '--name', 'probe', 'scratch'], { env })
  const mounted = made.code === 0 ? await run('buildah', ['mount', 'probe'], { env }) : made
  await run('buildah', ['rm', 'probe'], { env })
  return mounted.code === 0 ? 'overlay' : 'vfs'
}

/** A cluster's store; see `storeEnvironment`. */
export function containerStore(env: ContainerStore['env'], run: RunCommand): ContainerStore {
  const buildah = async (...args: string[]) => {
    const { code, stdout, stderr } = await run('buildah', args, { env })
    if (code === 0) return stdout
    throw new Error(`buildah ${args[0]} failed: ${stderr.trim().split('\n').at(-1)}`)
  }
  return {
    env,
    async create(name, { repository, digest }) {
      await buildah('from', '--name', name, '--tls-verify=false', `docker://${repository}@${digest}`)
      const { FromImageDigest, OCIv1 } = inspected.parse(JSON.parse(await buildah('inspect', name)))
      const { Entrypoint, Cmd, Labels } = OCIv1.config
      return {
        name,
        command: [...(Entrypoint ?? []), ...(Cmd ?? [])],
        digest: FromImageDigest,
        version: Labels?.['org.opencontainers.image.version'] ?? 'unknown',
      }
    },
    runArguments: ({ name, command }, variables) => [
      'run',
      '--isolation',
      'chroot',
      ...Object.entries(variables).flatMap(([key, value]) => ['--env', `${key}=${value}`]),
      name,
      '--',
      ...command,
    ],
    remove: async name => {
      await buildah('rm', name)
    },
  }
}
