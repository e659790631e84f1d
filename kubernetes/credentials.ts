import { readFile } from 'node:fs/promises'
import type { RequestOptions } from 'node:https'
import { join } from 'node:path'
import { isNativeError } from 'node:util/types'
import type { KubeConfig } from '@kubernetes/client-node'
import { ConfigurationError, type Place } from '../configuration/index.ts'
import { excerpt, KubernetesError } from './error.ts'
import { type ExecStatus, openExecProgram } from './exec-program.ts'
import { checkKubeconfig, type Source } from './kubeconfig.ts'
import type { Credentials } from './transport.ts'

/** Which context: by name, by the server it leads to, or the current one. */
type Wanted = { context?: string; server?: string }

export type LoadedCredentials = { credentials: Credentials; namespace: string | undefined }

type Host = {
  env: Readonly<Record<string, string | undefined>>
  cwd: string
  mask(secret: string): void
}

/**
 * The credentials of a context, the current one when none is named. What proves who asks (certificates, tokens in files,
 * OpenID Connect, proxies) is @kubernetes/client-node's, save for programs. Each secret is handed to `mask` before it is
 * first used. Throws a ConfigurationError for a context that cannot be used.
 */
export async function loadCredentials(
  read: () => Promise<readonly Source[]>,
  context: Wanted,
  host: Host,
): Promise<LoadedCredentials> {
  const masked = new Set<string>()
  const maskOnce = (secret: string | undefined) => {
    if (!secret || masked.has(secret)) return
    masked.add(secret)
    host.mask(secret)
  }
  const open = async () => {
    const sources = await read()
    const config = await merge(sources)
    for (const secret of secretsIn(config)) maskOnce(secret)
    choose(config, context, sources)
    const user = config.getCurrentUser()
    const program = user?.exec ? openExecProgram(user.exec, host) : undefined
    if (user && program) config.users.splice(config.users.indexOf(user), 1, { ...user, exec: undefined })
    return { config, program }
  }
  let { config, program } = await open()
  const server = serverOf(config)
  return {
    namespace: config.getContextObject(config.currentContext)?.namespace,
    credentials: {
      server,
      async options(signal) {
        const options: RequestOptions = {}
        try {
          await config.applyToHTTPSOptions(options)
          if (program) applyTo(options, await program(signal))
        } catch (cause) {
          if (signal.aborted) throw signal.reason
          const message = excerpt(isNativeError(cause) ? cause.message : String(cause))
          throw new KubernetesError('unauthorized', `no credentials for ${server}: ${message}`, { cause })
        }
        for (const secret of authorizationIn(options)) maskOnce(secret)
        return options
      },
      async renew() {
        ;({ config, program } = await open())
      },
    },
  }
}

/** Several kubeconfigs are one, as kubectl has it: of what is named twice, the first one counts. */
async function merge(sources: readonly Source[]): Promise<KubeConfig> {
  const { KubeConfig } = await import('@kubernetes/client-node')
  const parts: KubeConfig[] = []
  for (const source of sources) {
    const part = new KubeConfig()
    if (source.kind === 'in-cluster') part.loadFromOptions(await inClusterOptions(source))
    else {
      checkKubeconfig(source.text, source.place)
      part.loadFromString(source.text)
      part.makePathsAbsolute(source.folder)
    }
    parts.push(part)
  }
  const whole = new KubeConfig()
  whole.loadFromOptions({
    clusters: firsts(parts.flatMap(({ clusters }) => clusters)),
    users: firsts(parts.flatMap(({ users }) => users)),
    contexts: firsts(parts.flatMap(({ contexts }) => contexts)),
    currentContext: parts.map(({ currentContext }) => currentContext).find(name => name) ?? '',
  })
  return whole
}

function firsts<T extends { name: string }>(items: readonly T[]): T[] {
  return items.filter(({ name }, index) => items.findIndex(item => item.name === name) === index)
}

async function inClusterOptions({ server, folder }: Extract<Source, { kind: 'in-cluster' }>) {
  const namespace = (await readFile(join(folder, 'namespace'), 'utf8').catch(() => '')).trim()
  const name = 'in-cluster'
  return {
    clusters: [{ name, server, caFile: join(folder, 'ca.crt'), skipTLSVerify: false }],
    // The kubelet replaces the token before it expires, so it is read again now and then.
    users: [{ name, authProvider: { name: 'tokenFile', config: { tokenFile: join(folder, 'token') } } }],
    contexts: [{ name, cluster: name, user: name, ...(namespace !== '' && { namespace }) }],
    currentContext: name,
  }
}

function choose(config: KubeConfig, wanted: Wanted, sources: readonly Source[]): KubeConfig {
  const name = nameOf(config, wanted)
  const chosen = config.getContextObject(name)
  if (!chosen) throw unknownContext(config, name, wanted, placeOf(sources))
  if (!config.getCluster(chosen.cluster)) {
    throw new ConfigurationError({
      problem: `context ${JSON.stringify(name)} names a cluster that the kubeconfig does not hold`,
      place: placeOf(sources),
      value: chosen.cluster,
      cure: `Known are: ${config.clusters.map(cluster => cluster.name).join(', ') || 'none'}`,
    })
  }
  // client-node applies no certificate authority for a context without a user.
  if (!config.getUser(chosen.user)) config.users.push({ name: chosen.user })
  config.setCurrentContext(name)
  return config
}

function nameOf(config: KubeConfig, { context, server }: Wanted): string {
  if (context === undefined) return config.currentContext
  if (server === undefined || config.getContextObject(context)) return context
  const address = URL.parse(server)?.href
  const leading = config.contexts.find(
    ({ cluster }) => URL.parse(config.getCluster(cluster)?.server ?? '')?.href === address,
  )
  return leading?.name ?? context
}

function unknownContext(
  config: KubeConfig,
  name: string,
  { context, server }: Wanted,
  place: Place,
): ConfigurationError {
  const nor = server === undefined ? '' : `, nor one that leads to ${server}`
  return new ConfigurationError({
    problem: name === '' ? 'the kubeconfig has no current context' : `the kubeconfig has no such context${nor}`,
    place: context === undefined || server !== undefined ? place : { input: 'context' },
    ...(name !== '' && { value: name }),
    cure: `Known are: ${config.contexts.map(context => context.name).join(', ') || 'none'}`,
  })
}

function placeOf([first]: readonly Source[]): Place {
  return first?.kind === 'kubeconfig' ? first.place : { input: 'kubeconfig' }
}

function serverOf(config: KubeConfig): string {
  const cluster = config.getCurrentCluster()
  const url = URL.parse(cluster?.server ?? '')
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && cluster?.skipTLSVerify)) {
    return url.href.replace(/\/+$/, '')
  }
  throw new ConfigurationError({
    problem: url?.protocol === 'http:' ? 'the server is spoken to in plain text' : 'the server has no https address',
    place: { input: 'kubeconfig' },
    value: url ? url.origin : (cluster?.server ?? ''),
    cure: 'Use its https address; one on this machine, such as kubectl proxy, also needs insecure-skip-tls-verify: true',
  })
}

function secretsIn({ users }: KubeConfig): (string | undefined)[] {
  return users.flatMap(({ token, password, keyData, authProvider, exec }) => [
    token,
    password,
    ...(keyData ? [keyData, Buffer.from(keyData, 'base64').toString()] : []),
    ...Object.entries(authProvider?.config ?? {}).map(([key, value]) =>
      /token$|secret/.test(key) && typeof value === 'string' ? value : undefined,
    ),
    ...envIn(exec),
  ])
}

/** What a kubeconfig hands to its program is often a password. */
function envIn(exec: unknown): string[] {
  if (typeof exec !== 'object' || exec === null || !('env' in exec) || !Array.isArray(exec.env)) return []
  return exec.env.flatMap(({ name, value }: { name?: unknown; value?: unknown }) =>
    typeof value === 'string' && /(?:token|secret|password|_key)$/i.test(String(name)) ? [value] : [],
  )
}

/** A token, a certificate with its key, or both. */
function applyTo(options: RequestOptions, { token, clientCertificateData, clientKeyData }: ExecStatus): void {
  if (clientCertificateData !== undefined) options.cert = clientCertificateData
  if (clientKeyData !== undefined) options.key = clientKeyData
  if (token) options.headers = { ...options.headers, Authorization: `Bearer ${token}` }
}

function authorizationIn({ headers = {} }: RequestOptions): string[] {
  return Object.entries(headers).flatMap(([name, value]) =>
    name === 'Authorization' && typeof value === 'string' ? [value.replace(/^Bearer /, '')] : [],
  )
}
