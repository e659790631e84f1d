import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Writes a kubeconfig with one cluster, whose context has the same name, and gives its path. JSON is YAML. */
export async function writeKubeconfig(
  folder: string,
  { name, server, token, ca }: { name: string; server: string; token: string; ca: string },
): Promise<string> {
  const path = join(folder, 'kubeconfig')
  const authority = Buffer.from(ca).toString('base64')
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server, 'certificate-authority-data': authority } }],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name, namespace: 'default' } }],
    'current-context': name,
  }
  await writeFile(path, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 })
  return path
}
