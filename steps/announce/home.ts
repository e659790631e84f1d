import { commitOnto, type GitHub, newestCommitTo, repositoryOn, wholeCommit } from '../../github/index.ts'
import type { Release } from '../../gitops/promotion/index.ts'

/** What is where: the GitHub server, and the GitOps repository as the user names it. */
export type Places = {
  server: string
  repository: string
  branch: string
  /** The folder of the repository that holds the GitOps root; `.` for its own. */
  directory: string
}

/**
 * The repository in which a release is told of. The application's, where the pipeline names it and it is on this
 * server: there its commits and environments are looked at by those who wrote them. Else the GitOps repository, whose
 * commits hold the pins.
 */
export type Home = { kind: 'source' | 'gitops'; repository: string }

/** Undefined where neither is on the server. */
export function homeOf(source: string | undefined, { server, repository }: Places): Home | undefined {
  const own = source === undefined ? undefined : repositoryOn(server, source)
  if (own !== undefined) return { kind: 'source', repository: own }
  const gitops = repositoryOn(server, repository)
  return gitops === undefined ? undefined : { kind: 'gitops', repository: gitops }
}

/** The commit that an image was built from, by its record or else by its tag. */
export function sourceOf({ source, tag }: Pick<Release, 'source' | 'tag'>): string | undefined {
  return source ?? /^sha-([0-9a-f]{7,64})$/.exec(tag)?.[1]
}

/**
 * Which commit of the GitOps repository wrote a pin: `known` where this run saw it; the one that was written `onto` a
 * commit, which is its parent; or the last one `before` a commit that wrote another.
 */
export type PinCommit = { known: string } | { onto: string } | { before: string }

/** What a commit in the home stands for: a release, and the folder of a cluster that holds it. */
export type Told = { release: Release; folder: string; pin: PinCommit | undefined }

/**
 * The commit of a home that something is told at: the source's whole id, or the GitOps commit that wrote the pin.
 * Undefined where nobody knows it. Throws a GitHubError.
 */
export async function commitIn(
  { kind, repository }: Home,
  { release, folder, pin }: Told,
  github: GitHub,
  { branch, directory }: Places,
): Promise<string | undefined> {
  if (kind === 'source') {
    const source = sourceOf(release)
    return source === undefined ? undefined : wholeCommit(github, repository, source)
  }
  if (pin === undefined || 'known' in pin) return pin?.known
  const path = inDirectory(directory, folder)
  if ('onto' in pin) return commitOnto(github, repository, { branch, path, parent: pin.onto })
  return newestCommitTo(github, repository, { from: pin.before, path })
}

/**
 * How an annotation names a file of the GitOps root: by its path where the home is the GitOps repository; elsewhere with
 * that repository's name before it, so that nobody takes it for a file of the commit that is annotated. GitHub takes any
 * path, and shows on the check's own page what it does not find. Undefined where the repository is not on the server.
 */
export function fileIn(home: Home, { server, repository, directory }: Places, file: string): string | undefined {
  const gitops = repositoryOn(server, repository)
  if (gitops === undefined) return undefined
  const path = inDirectory(directory, file)
  return gitops === home.repository ? path : `${gitops}/${path}`
}

function inDirectory(directory: string, path: string): string {
  const folder = directory.replace(/^(?:\.\/)+|\/+$/g, '')
  return folder === '.' || folder === '' ? path : `${folder}/${path}`
}
