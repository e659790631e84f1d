import { load } from 'js-yaml'
import { z } from 'zod'
import type { GitOpsRepository } from '../simulator/index.ts'

/** A commit that pinned clusters: which, with which digest, and what it said. */
export type PinCommit = { commit: string; clusters: string[]; digests: string[]; files: string[]; message: string }

/** The commits since `from` that changed pins of an app, oldest first. */
export async function pinCommits(gitops: GitOpsRepository, app: string, from: string): Promise<PinCommit[]> {
  const paths = `apps/${app}/clusters/*/kustomization.yaml`
  const found = await gitops.git('log', '--reverse', '--format=%H', `${from}..refs/heads/main`, '--', `:(glob)${paths}`)
  const commits: PinCommit[] = []
  for (const commit of found.split('\n').filter(line => line !== '')) {
    const changed = await gitops.git('diff-tree', '-r', '--name-only', '--no-commit-id', commit)
    const files = changed.trim().split('\n')
    const clusters = files.flatMap(file => /clusters\/([^/]+)\/kustomization\.yaml$/.exec(file)?.[1] ?? [])
    const digests = await Promise.all(clusters.map(cluster => pinnedDigest(gitops, app, cluster, commit)))
    const message = await gitops.git('log', '-1', '--format=%B', commit)
    commits.push({ commit, clusters, digests: [...new Set(digests)], files, message })
  }
  return commits
}

/** The digest that a cluster's folder holds. */
export async function pinnedDigest(
  gitops: GitOpsRepository,
  app: string,
  cluster: string,
  commit = 'refs/heads/main',
): Promise<string> {
  const text = await gitops.git('show', `${commit}:apps/${app}/clusters/${cluster}/kustomization.yaml`)
  return /digest: (sha256:[0-9a-f]{64})/.exec(text)?.[1] ?? 'none'
}

const acceptance = z.looseObject({
  release: z.string(),
  how: z.string(),
  evidence: z
    .looseObject({
      observer: z.string(),
      provesSync: z.boolean(),
      health: z.string(),
      analysis: z.looseObject({ message: z.string(), requests: z.number().optional() }).optional(),
    })
    .optional(),
})
const record = z.looseObject({
  spec: z.looseObject({
    releases: z.record(z.string(), z.looseObject({ digest: z.string() })),
    clusters: z.record(z.string(), z.looseObject({ accepted: z.array(acceptance).default([]) })),
  }),
})

/** What the record at a commit has accepted last on each cluster, with the digest it stands for. */
export async function acceptedIn(gitops: GitOpsRepository, app: string, commit = 'refs/heads/main') {
  const { spec } = record.parse(load(await gitops.git('show', `${commit}:apps/${app}/release.yaml`)))
  return Object.fromEntries(
    Object.entries(spec.clusters).map(([cluster, { accepted }]) => {
      const [latest] = accepted
      return [cluster, latest && { ...latest, digest: spec.releases[latest.release]?.digest }]
    }),
  )
}

/** What the file of a cluster says of its state. */
export async function stateOf(gitops: GitOpsRepository, cluster: string): Promise<string> {
  return /state: (\w+)/.exec((await gitops.read(`clusters/${cluster}.yaml`)) ?? '')?.[1] ?? 'none'
}

const quarantine = z.looseObject({ spec: z.unknown() })

/** Whether the app's quarantine names a digest. */
export async function isQuarantined(gitops: GitOpsRepository, app: string, digest: string): Promise<boolean> {
  const text = await gitops.read(`apps/${app}/quarantine.yaml`)
  return text !== undefined && JSON.stringify(quarantine.parse(load(text)).spec).includes(digest)
}
