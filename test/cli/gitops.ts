import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { runCommand } from '../../host/index.ts'

/** The files of a small GitOps repository: a dev cluster, a canary, two primaries, one draining; one app on three. */
export function fleetFiles(): Record<string, string> {
  return {
    'fleet.yaml': kind('Fleet', 'fleet', 'spec: { canaryShare: 10 }'),
    'clusters/dev-1.yaml': kind('Cluster', 'dev-1', 'spec: { state: active }'),
    'clusters/prod-a.yaml': kind('Cluster', 'prod-a', 'spec: { role: canary, state: active }'),
    'clusters/prod-b.yaml': kind('Cluster', 'prod-b', 'spec: { role: primary, state: active }'),
    'clusters/prod-c.yaml': kind('Cluster', 'prod-c', 'spec: { role: primary, state: active }'),
    'clusters/prod-d.yaml': kind('Cluster', 'prod-d', 'spec: { role: primary, state: draining }'),
    'apps/coolkit/pipeline.yaml': kind(
      'Pipeline',
      'coolkit',
      `spec: { image: ghcr.io/acme/coolkit, waves: [{ name: canary, clusters: { role: canary } }] }`,
    ),
    'apps/coolkit/base/settings.yaml': 'slow: false\n',
    'apps/coolkit/release.yaml': kind(
      'Release',
      'coolkit',
      `spec:
  suspended: { at: 2026-05-01T12:00:00.000Z, by: Ada, reason: incident 7 }
  current: { release: r1, admittedAt: 2026-05-01T10:00:00.000Z, run: '1', phase: rolled-back, reason: errors of 5% }
  next: { release: r2, at: 2026-05-01T11:00:00.000Z, run: '2' }
  releases:
    r1: { repository: ghcr.io/acme/coolkit, tag: sha-bbbbbbbbbbbb, digest: 'sha256:${'b'.repeat(64)}', base: ${'f'.repeat(40)} }
    r2: { repository: ghcr.io/acme/coolkit, tag: sha-cccccccccccc, digest: 'sha256:${'c'.repeat(64)}', base: ${'f'.repeat(40)} }`,
    ),
    'apps/coolkit/quarantine.yaml': kind(
      'Quarantine',
      'coolkit',
      `spec:
  entries:
    - { digest: 'sha256:${'d'.repeat(64)}', tag: sha-dddddddddddd, at: 2026-05-01T10:30:00.000Z, by: run 1, reason: errors of 5% }`,
    ),
    ...pinned('coolkit', 'prod-a', 'b', 'slow: false\n'),
    ...pinned('coolkit', 'prod-b', 'a', 'slow: true\n'),
    'apps/tool/clusters/dev-1/kustomization.yaml':
      'images: [{ name: tool, newTag: "7" }, { name: side, newTag: "8" }]\n',
  }
}

/** Commits files to the branch `main` of a new bare repository, and removes it when `use` is done. */
export async function withGitOps<T>(
  files: Readonly<Record<string, string>>,
  use: (repository: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'stovepipe-gitops-'))
  const git = async (...args: string[]) => {
    const result = await runCommand('git', args, { cwd: folder })
    if (result.code !== 0) throw new Error(`git ${args.join(' ')}: ${result.stderr}`)
  }
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, 'work', path)), { recursive: true })
      writeFileSync(join(folder, 'work', path), text)
    }
    await git('init', '--quiet', '--initial-branch', 'main', 'work')
    await git('-C', 'work', 'add', '--all')
    const author = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com']
    await git('-C', 'work', ...author, 'commit', '--quiet', '--message', 'Begin')
    await git('clone', '--quiet', '--bare', 'work', 'bare.git')
    return await use(join(folder, 'bare.git'))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function kind(name: string, metadata: string, spec: string): string {
  return `apiVersion: stovepipe.dev/v1alpha1\nkind: ${name}\nmetadata: { name: ${metadata} }\n${spec}\n`
}

function pinned(app: string, cluster: string, digit: string, settings: string): Record<string, string> {
  const image = `{ name: ghcr.io/acme/${app}, newTag: sha-${digit.repeat(12)}, digest: sha256:${digit.repeat(64)} }`
  return {
    [`apps/${app}/clusters/${cluster}/kustomization.yaml`]: `resources: [base]\nimages: [${image}]\n`,
    [`apps/${app}/clusters/${cluster}/base/settings.yaml`]: settings,
  }
}
