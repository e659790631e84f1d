import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { runCommand } from '../../host/index.ts'

export const repository = 'ghcr.io/acme/coolkit'
const old = { tag: 'sha-0123456789ab', digest: `sha256:${'a'.repeat(64)}` }
/** What the clusters are bumped to. */
export const next = { repository, tag: 'sha-ba9876543210', digest: `sha256:${'b'.repeat(64)}` }

/** Where a cluster's kustomization is. */
export const pinFile = (cluster: string) => `apps/coolkit/clusters/${cluster}/kustomization.yaml`

export const clusterNames = (count: number) =>
  Array.from({ length: count }, (_, index) => `prod-${String(index).padStart(4, '0')}`)

/** The kustomization of one cluster as people write them: comments, quotes, several images, now and then CRLF. */
export function kustomization(cluster: string, index: number, { tag, digest } = old): string {
  const text = `# ${cluster}: ask the platform team before changing replicas
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: "coolkit"
resources:
- base   # this cluster's copy

images:
    # a sidecar, pinned by hand
    - { name: envoyproxy/envoy, newTag: "v1.31.2" }
    - name: ${repository} # set by the kit
      newTag: ${index % 3 === 0 ? `'${tag}'` : tag}   # the version deployed
      digest: ${index % 2 === 0 ? `"${digest}"` : digest}
replicas: [{ name: coolkit, count: ${3 + (index % 5)} }]
configMapGenerator:
- name: cluster
  literals:
  - CLUSTER=${cluster}
`
  return index % 10 === 9 ? text.replaceAll('\n', '\r\n') : text
}

/** Makes a bare repository with a fleet of clusters and one app pinned on each; gives its folder. */
export async function makeFleet(folder: string, clusters: readonly string[]): Promise<string> {
  const work = join(folder, 'seed')
  for (const [index, name] of clusters.entries()) {
    await put(join(work, pinFile(name)), kustomization(name, index))
    const cluster = `apiVersion: stovepipe.dev/v1alpha1\nkind: Cluster\nmetadata: { name: ${name} }\nspec: { role: primary, state: active }\n`
    await put(join(work, `clusters/${name}.yaml`), cluster)
  }
  await git(work, 'init', '-q', '--initial-branch=main')
  await commit(work, 'a fleet')
  const bare = join(folder, 'gitops.git')
  await git(folder, 'clone', '-q', '--bare', work, bare)
  return bare
}

/** Commits everything in a work tree. */
export async function commit(work: string, message: string): Promise<void> {
  await git(work, 'add', '-A')
  await git(work, '-c', 'user.name=bench', '-c', 'user.email=bench@example.com', 'commit', '-q', '-m', message)
}

/** Runs git and gives what it prints; rejects when it fails. */
export async function git(cwd: string, ...args: string[]): Promise<string> {
  const env = { PATH: process.env.PATH, HOME: cwd, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' }
  const { code, stdout, stderr } = await runCommand('git', ['-c', 'core.autocrlf=false', ...args], { cwd, env })
  if (code !== 0) throw new Error(`git ${args[0]}: ${stderr}`)
  return stdout
}

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
}
