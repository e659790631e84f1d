import { mkdir, symlink } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { runCommand } from '../../../host/index.ts'
import { findProgram } from '../../../scripts/parts/parts.mjs'
import { build, type Site } from '../simulator/index.ts'

/** What a build runs with: the environment in which `docker` finds the daemon, and buildx as its plugin. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Why there can be no daemon here, in words; undefined where there can. */
export function dockerObstacle(): string | undefined {
  if (findProgram('dockerd') === undefined) return 'dockerd is not installed (docker.io in Debian)'
  if (findProgram('docker') === undefined)
    return 'the docker command is not installed (docker.io or docker-cli in Debian)'
  return process.getuid?.() === 0 ? undefined : 'dockerd needs root'
}

/**
 * Starts Docker's daemon with everything of its own, and gives the environment for its client. It changes neither
 * the machine's network nor its firewall, so what it builds has none: enough for files from the context.
 */
export async function startDocker(site: Site): Promise<Environment> {
  const folder = join(site.folder, 'docker')
  const plugins = join(folder, 'config', 'cli-plugins')
  await mkdir(plugins, { recursive: true })
  await symlink(await build('buildx'), join(plugins, 'docker-buildx'))
  const socket = join(folder, 'docker.sock')
  const env = {
    ...process.env,
    DOCKER_HOST: `unix://${socket}`,
    DOCKER_CONFIG: join(folder, 'config'),
    DOCKER_CONTEXT: undefined,
    BUILDX_BUILDER: undefined,
  }
  const places = [`--data-root=${join(folder, 'data')}`, `--exec-root=${join(folder, 'exec')}`]
  await site.start({
    name: 'dockerd',
    program: findProgram('dockerd') ?? 'dockerd',
    args: [
      '--iptables=false',
      '--ip6tables=false',
      '--bridge=none',
      `--host=unix://${socket}`,
      `--pidfile=${join(folder, 'pid')}`,
      ...places,
    ],
    ready: async () => (await runCommand('docker', ['version'], { env, timeout: 5000 })).code === 0,
  })
  return env
}

/**
 * Starts BuildKit's own daemon and makes it the instance that buildx uses: what docker/setup-buildx-action sets up in a
 * container, without the container. `env` is Docker's.
 */
export async function startBuildKit(site: Site, env: Environment): Promise<Environment> {
  const folder = join(site.folder, 'buildkit')
  await mkdir(folder, { recursive: true })
  const socket = join(folder, 'buildkit.sock')
  await site.start({
    name: 'buildkitd',
    program: await build('buildkitd'),
    args: [
      `--addr=unix://${socket}`,
      `--root=${join(folder, 'root')}`,
      '--containerd-worker=false',
      '--oci-worker-net=host',
      '--oci-worker-snapshotter=native',
    ],
    ready: () => answers(socket),
  })
  const args = ['buildx', 'create', '--name', 'own', '--driver', 'remote', `unix://${socket}`]
  const { code, stderr } = await runCommand('docker', args, { env })
  if (code !== 0) throw new Error(`docker buildx create ended with ${code}: ${stderr}`)
  return { ...env, BUILDX_BUILDER: 'own' }
}

function answers(socket: string): Promise<boolean> {
  return new Promise(resolve => {
    const connection = connect(socket)
    connection.once('connect', () => resolve(true))
    connection.once('error', () => resolve(false))
    connection.once('connect', () => connection.destroy())
  })
}
