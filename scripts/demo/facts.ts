import type { BareRepository } from '../../test/support/git/index.ts'
import { app } from './world.ts'

/** What a cluster's folder holds in one commit: the image, and the Git tree of its copy of `base/`. */
export type Pinned = { cluster: string; tag: string; digest: string; base: string }

/** One commit of the GitOps repository, with the pins it leaves. */
export type Step = { commit: string; parent: string; subject: string; author: string; pins: readonly Pinned[] }

/** What Git says, read straight from the server's disk: nothing here trusts what an action says of itself. */
export type Facts = {
  head(): Promise<string>
  /** The pins at a commit, the head by default, by cluster. */
  pins(commit?: string): Promise<ReadonlyMap<string, Pinned>>
  /** Every commit after `after` up to the head, oldest first. */
  steps(after: string): Promise<Step[]>
  read(path: string): Promise<string | undefined>
  /** The id of a folder's tree at the head. */
  tree(path: string): Promise<string>
}

export function gitFacts(gitops: BareRepository, clusters: readonly string[]): Facts {
  const pinned = async (commit: string, cluster: string): Promise<Pinned> => {
    const folder = `${commit}:apps/${app}/clusters/${cluster}`
    const [text, base] = await Promise.all([
      gitops.git('cat-file', 'blob', `${folder}/kustomization.yaml`),
      gitops.git('rev-parse', `${folder}/base`),
    ])
    const [, tag = ''] = /newTag: ["']?([\w.-]+)/.exec(text) ?? []
    const [, digest = ''] = /digest: ["']?(sha256:[0-9a-f]{64})/.exec(text) ?? []
    return { cluster, tag, digest, base: base.trim() }
  }
  const pinsAt = (commit: string) => Promise.all(clusters.map(cluster => pinned(commit, cluster)))
  return {
    head: () => gitops.head(),
    pins: async (commit = 'refs/heads/main') => new Map((await pinsAt(commit)).map(pin => [pin.cluster, pin])),
    async steps(after) {
      const log = await gitops.git('log', '--reverse', '--format=%H %P%x09%an%x09%s', `${after}..refs/heads/main`)
      const lines = log.split('\n').filter(line => line !== '')
      return Promise.all(
        lines.map(async line => {
          const [ids = '', author = '', subject = ''] = line.split('\t')
          const [commit = '', parent = ''] = ids.split(' ')
          return { commit, parent, author, subject, pins: await pinsAt(commit) }
        }),
      )
    },
    read: path => gitops.read(path),
    tree: async path => (await gitops.git('rev-parse', `refs/heads/main:${path}`)).trim(),
  }
}
