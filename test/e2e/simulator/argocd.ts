import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { ApiServer } from './api-server.ts'
import { type ArgoCdApi, signIn } from './argocd-api.ts'
import { namespace, settings } from './argocd-settings.ts'
import { build } from './build.ts'
import { applyCrds } from './crds.ts'
import { accepts, withFreePorts } from './ports.ts'
import type { Site } from './site.ts'

const module = 'github.com/argoproj/argo-cd/v3'

/**
 * Installs Argo CD on an API server and starts it: Redis, repository server, application and ApplicationSet controllers,
 * and its API, which is given. Its namespace is `argocd`.
 */
export async function startArgoCd(site: Site, { name, kubeconfig, client }: ApiServer): Promise<ArgoCdApi> {
  const program = await build('argocd')
  await applyCrds(client, 'argo-cd', module, 'manifests/crds')
  for (const object of await settings()) await client.apply(object)

  const redis = await startRedis(site)
  const path = await programsFolder(site)
  const temporary = join(site.folder, 'argocd')
  await mkdir(temporary)
  const start = (role: string, args: readonly string[], ready: () => Promise<boolean>) =>
    site.start({
      name: `${name}-argocd-${role}`,
      program,
      args: [...args, `--namespace=${namespace}`, '--logformat=text', '--loglevel=info'],
      env: {
        ARGOCD_BINARY_NAME: `argocd-${role}`,
        ARGOCD_GPG_ENABLED: 'false',
        ARGOCD_ASK_PASS_SOCK: join(temporary, 'ask-pass.sock'),
        KUBECONFIG: kubeconfig,
        HOME: temporary,
        TMPDIR: temporary, // clones of repositories
        PATH: path,
      },
      ready,
    })

  const repositories = await withFreePorts(2, async (port, metrics) => {
    const ports = [`--port=${port}`, `--metrics-port=${metrics}`]
    const listen = ['--address=127.0.0.1', '--metrics-address=127.0.0.1', ...ports]
    await start('repo-server', [...listen, `--redis=${redis}`, '--disable-tls'], () => healthy(metrics))
    return `127.0.0.1:${port}`
  })
  await withFreePorts(1, metrics => {
    const args = [`--redis=${redis}`, `--repo-server=${repositories}`, '--repo-server-plaintext']
    return start('application-controller', [...args, `--metrics-port=${metrics}`], () => healthy(metrics))
  })
  await withFreePorts(3, (metrics, probe, webhook) => {
    const listen = { 'metrics-addr': metrics, 'probe-addr': probe, 'webhook-addr': webhook }
    const addresses = Object.entries(listen).map(([flag, port]) => `--${flag}=127.0.0.1:${port}`)
    const args = [...addresses, `--argocd-repo-server=${repositories}`, '--repo-server-plaintext']
    return start('applicationset-controller', args, () => healthy(probe))
  })
  const api = await withFreePorts(2, async (port, metrics) => {
    const listen = ['--address=127.0.0.1', `--port=${port}`, '--metrics-address=127.0.0.1', `--metrics-port=${metrics}`]
    const others = [`--redis=${redis}`, `--repo-server=${repositories}`, '--repo-server-plaintext']
    await start('server', [...listen, ...others, '--insecure'], () => healthy(port))
    return `http://127.0.0.1:${port}`
  })
  return signIn(api, client)
}

async function startRedis(site: Site): Promise<string> {
  return withFreePorts(1, async port => {
    const nothingKept = ['--save', '', '--appendonly', 'no', '--dir', site.folder]
    await site.start({
      name: 'redis',
      program: 'redis-server',
      args: ['--bind', '127.0.0.1', '--port', String(port), ...nothingKept],
      ready: () => accepts(port),
    })
    return `127.0.0.1:${port}`
  })
}

/** A PATH on which the repository server finds our kustomize under its plain name. */
async function programsFolder(site: Site): Promise<string> {
  const folder = join(site.folder, 'bin')
  await mkdir(folder)
  await symlink(await build('kustomize'), join(folder, 'kustomize'))
  return `${folder}:${process.env.PATH}`
}

async function healthy(port: number): Promise<boolean> {
  return (await fetch(`http://127.0.0.1:${port}/healthz`)).ok
}
