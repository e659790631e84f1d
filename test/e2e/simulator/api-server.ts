import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { build } from './build.ts'
import { type Client, kubernetesClient } from './client.ts'
import { writeKubeconfig } from './kubeconfig.ts'
import { withFreePorts } from './ports.ts'
import type { Site } from './site.ts'

/** A Kubernetes API that answers, and how to be let in: as an administrator, for there is no authorization. */
export type ApiServer = {
  name: string
  /** `https://127.0.0.1:<port>` */
  server: string
  token: string
  /** The certificate authority of the server's certificate, PEM. */
  ca: string
  /** A kubeconfig file with all of the above. */
  kubeconfig: string
  /** The key pair's private half, with which service account tokens are signed. */
  serviceAccountKey: string
  client: Client
}

export type ApiServerOptions = {
  /** Names its files, its log and its context in the kubeconfig. */
  name: string
  /** The address for clients of the etcd that it uses, below a prefix of its own. */
  etcd: string
}

/** Starts kube-apiserver on loopback and resolves when it is ready. */
export async function startApiServer(site: Site, { name, etcd }: ApiServerOptions): Promise<ApiServer> {
  const program = await build('kube-apiserver')
  const folder = join(site.folder, name)
  await mkdir(folder, { recursive: true })
  const token = randomBytes(16).toString('hex')
  const tokens = join(folder, 'tokens.csv')
  await writeFile(tokens, `${token},admin,admin,system:masters\n`, { mode: 0o600 })
  const serviceAccountKey = join(folder, 'service-account.key')
  await promisify(execFile)('openssl', ['genrsa', '-out', serviceAccountKey, '2048'])

  return withFreePorts(1, async port => {
    const server = `https://127.0.0.1:${port}`
    const client = async () => kubernetesClient({ server, token, ca: await certificate(folder) })
    await site.start({
      name: `${name}-kube-apiserver`,
      program,
      args: [
        `--etcd-servers=${etcd}`,
        `--etcd-prefix=/${name}`,
        '--bind-address=127.0.0.1',
        `--secure-port=${port}`,
        `--cert-dir=${folder}`,
        `--token-auth-file=${tokens}`,
        '--authorization-mode=AlwaysAllow',
        // Pods would wait for accounts, and nodes for somebody to take their first taint away, which nothing here does.
        '--disable-admission-plugins=ServiceAccount,TaintNodesByCondition',
        '--service-account-issuer=https://kubernetes.default.svc',
        `--service-account-key-file=${serviceAccountKey}`,
        `--service-account-signing-key-file=${serviceAccountKey}`,
        '--service-cluster-ip-range=10.0.0.0/16',
        '--endpoint-reconciler-type=none', // a loopback address is no endpoint
        '--enable-priority-and-fairness=false',
        '--profiling=false',
      ],
      // A third of the time to start is garbage collection otherwise; there is memory, and there are two cores.
      env: { ...process.env, GOGC: '300', GOMEMLIMIT: '600MiB' },
      ready: async () => {
        const { request, close } = await client()
        return request('GET', '/readyz')
          .finally(close)
          .then(
            () => true,
            () => false,
          )
      },
    })
    const ready = await client()
    site.defer(async () => ready.close())
    const ca = await certificate(folder)
    const kubeconfig = await writeKubeconfig(folder, { name, server, token, ca })
    return { name, server, token, ca, kubeconfig, serviceAccountKey, client: ready }
  })
}

/** kube-apiserver makes its own: the certificate and, after it in the same file, the authority that signed it. */
function certificate(folder: string): Promise<string> {
  return readFile(join(folder, 'apiserver.crt'), 'utf8')
}
