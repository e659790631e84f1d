import { copyFile, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { CommandOptions, RunCommand } from '../../host/index.ts'

export type BaseImageOptions = {
  run: RunCommand
  /** `host:port` of the registry it is pushed to, on loopback. */
  registry: string
  /** The Node binary to put in; the one that runs this by default. */
  node?: string
  /** The environment of buildah: where it keeps its storage, how it isolates. */
  env?: NonNullable<CommandOptions['env']>
}

const users = `root:x:0:0:root:/root:/sbin/nologin
node:x:1000:1000:node:/home/node:/sbin/nologin
`
const groups = `root:x:0:
node:x:1000:
`
const dockerfile = `FROM scratch
COPY root /
ENV PATH=/usr/local/bin
ENTRYPOINT []
CMD ["node"]
`

/**
 * Stands in for `node:24-slim` where no base image can be pulled: the running Node binary and the shared libraries
 * that `ldd` names, on `FROM scratch`, pushed to `registry`. Gives the reference by digest. There is no shell in it.
 */
export async function buildBaseImage(options: BaseImageOptions): Promise<string> {
  const repository = `${options.registry}/demo/node`
  const context = await mkdtemp(join(tmpdir(), 'stovepipe-base-'))
  const buildah = async (...args: string[]) => {
    const result = await options.run('buildah', args, { ...(options.env && { env: options.env }) })
    if (result.code === 0) return result.stdout
    throw new Error(`buildah ${args[0]} ended with ${result.code ?? result.signal}: ${result.stderr.trim()}`)
  }
  try {
    await fill(join(context, 'root'), options.node ?? process.execPath, options.run)
    await writeFile(join(context, 'Dockerfile'), dockerfile)
    await buildah('bud', '--tag', `${repository}:local`, context)
    const digestFile = join(context, 'digest')
    await buildah('push', '--tls-verify=false', '--digestfile', digestFile, `${repository}:local`)
    return `${repository}@${(await readFile(digestFile, 'utf8')).trim()}`
  } finally {
    await rm(context, { recursive: true, force: true })
  }
}

/** Lays out a root file system: the binary, its libraries where the loader looks for them, users and /tmp. */
async function fill(root: string, node: string, run: RunCommand): Promise<void> {
  const binary = await realpath(node)
  await copy(binary, join(root, 'usr/local/bin/node'))
  for (const library of await librariesOf(binary, run)) await copy(await realpath(library), join(root, library))
  await mkdir(join(root, 'tmp'), { mode: 0o1777 })
  await mkdir(join(root, 'etc'))
  await writeFile(join(root, 'etc/passwd'), users)
  await writeFile(join(root, 'etc/group'), groups)
}

/** The paths that `ldd` prints, the loader itself included; none for a static binary. */
async function librariesOf(binary: string, run: RunCommand): Promise<string[]> {
  const { stdout } = await run('ldd', [binary])
  if (/not found/.test(stdout)) throw new Error(`a library of ${binary} is missing: ${stdout}`)
  return [...stdout.matchAll(/(?:^|=>)\s*(\/\S+) \(0x/gm)].map(([, path = '']) => path)
}

async function copy(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true })
  await copyFile(from, to)
}
