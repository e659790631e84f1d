import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

type Access = { name: string; server: string; token: string; ca: string }

/** Writes a kubeconfig with one cluster, whose context has the same name, and gives its path. */
export async function writeKubeconfig(folder: string, access: Access): Promise<string> {
  const path = join(folder, 'kubeconfig')
  await mergeKubeconfigs(path, [access])
  return path
}

/** Writes a kubeconfig with a context per cluster; the first is the current one. JSON is YAML. */
export async function mergeKubeconfigs(
  path: string,
  clusters: readonly Access[],
  namespace = 'default',
): Promise<void> {
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: clusters.map(({ name, server, ca }) => ({
      name,
      cluster: { server, 'certificate-authority-data': Buffer.from(ca).toString('base64') },
    })),
    users: clusters.map(({ name, token }) => ({ name, user: { token } })),
    contexts: clusters.map(({ name }) => ({ name, context: { cluster: name, user: name, namespace } })),
    'current-context': clusters[0]?.name,
  }
  await writeFile(path, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 })
}
