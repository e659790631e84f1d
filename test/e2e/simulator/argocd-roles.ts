import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { ApiServer } from './api-server.ts'
import { namespace } from './argocd-settings.ts'
import { build } from './build.ts'
import { mergeKubeconfigs } from './kubeconfig.ts'
import { accepts, withFreePorts } from './ports.ts'
import type { Running } from './process.ts'
import type { Site } from './site.ts'

/** Starts one role of Argo CD, which is one program; `ready` says when it is. */
export type StartRole = (role: string, args: readonly string[], ready: () => Promise<boolean>) => Promise<Running>

/** How to start a role of the Argo CD that is installed on an API server. */
export async function argoCdRoles(site: Site, server: ApiServer): Promise<StartRole> {
  const program = await build('argocd')
  const temporary = join(site.folder, 'argocd')
  const programs = join(site.folder, 'bin')
  await mkdir(temporary)
  const kubeconfig = join(temporary, 'kubeconfig')
  await mergeKubeconfigs(kubeconfig, [server], namespace) // not all roles have a flag for the namespace
  await mkdir(programs)
  await symlink(await build('kustomize'), join(programs, 'kustomize')) // found by this name
  return (role, args, ready) =>
    site.start({
      name: `${server.name}-argocd-${role}`,
      program,
      args: [...args, '--logformat=text', '--loglevel=info'],
      env: {
        ARGOCD_BINARY_NAME: `argocd-${role}`,
        ARGOCD_GPG_ENABLED: 'false',
        ARGOCD_ASK_PASS_SOCK: join(temporary, 'ask-pass.sock'),
        ARGOCD_K8S_CLIENT_QPS: '500',
        ARGOCD_K8S_CLIENT_BURST: '1000',
        KUBECONFIG: kubeconfig,
        HOME: temporary,
        TMPDIR: temporary, // clones of repositories
        PATH: `${programs}:${process.env.PATH}`,
      },
      ready,
    })
}

/** Starts Redis, which keeps nothing on disk, and gives its address. */
export function startRedis(site: Site): Promise<string> {
  return withFreePorts(1, async port => {
    await site.start({
      name: 'redis',
      program: 'redis-server',
      args: ['--bind', '127.0.0.1', '--port', `${port}`, '--save', '', '--appendonly', 'no', '--dir', site.folder],
      ready: () => accepts(port),
    })
    return `127.0.0.1:${port}`
  })
}

/** Starts the repository server and gives its address. */
export function startRepositoryServer(start: StartRole, redis: string): Promise<string> {
  return withFreePorts(2, async (port, metrics) => {
    const listen = ['--address=127.0.0.1', '--metrics-address=127.0.0.1', `--port=${port}`, `--metrics-port=${metrics}`]
    await start('repo-server', [...listen, `--redis=${redis}`, '--disable-tls'], () => healthy(metrics))
    return `127.0.0.1:${port}`
  })
}

export function startApplicationController(start: StartRole, redis: string, repositories: string): Promise<Running> {
  return withFreePorts(1, metrics => {
    const args = [`--redis=${redis}`, `--repo-server=${repositories}`, '--repo-server-plaintext']
    return start('application-controller', [...args, `--metrics-port=${metrics}`], () => healthy(metrics))
  })
}

export function startApplicationSetController(start: StartRole, repositories: string): Promise<Running> {
  return withFreePorts(3, (metrics, probe, webhook) => {
    const addresses = Object.entries({ metrics, probe, webhook }).map(([of, port]) => `--${of}-addr=127.0.0.1:${port}`)
    const args = [...addresses, `--argocd-repo-server=${repositories}`, '--repo-server-plaintext']
    return start('applicationset-controller', args, () => accepts(probe)) // nobody registers a check there
  })
}

/** Starts Argo CD's API and gives its address; at its first start it makes the password and the project `default`. */
export function startArgoCdServer(start: StartRole, redis: string, repositories: string): Promise<string> {
  return withFreePorts(2, async (port, metrics) => {
    const listen = ['--address=127.0.0.1', '--metrics-address=127.0.0.1', `--port=${port}`, `--metrics-port=${metrics}`]
    const others = [`--redis=${redis}`, `--repo-server=${repositories}`, '--repo-server-plaintext']
    await start('server', [...listen, ...others, '--insecure'], () => healthy(port))
    return `http://127.0.0.1:${port}`
  })
}

async function healthy(port: number): Promise<boolean> {
  return (await fetch(`http://127.0.0.1:${port}/healthz`)).ok
}
