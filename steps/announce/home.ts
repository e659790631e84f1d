import { type GitHub, newestCommitTo, repositoryOn, wholeCommit } from '../../github/index.ts'
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

/** What a commit in the home stands for: a release, and the folder of a cluster that holds it. */
export type Told = { release: Release; folder: string; commit: string | undefined }

/**
 * The commit of a home that something is told at: the source's whole id, or the GitOps commit that wrote the pin, which
 * `commit` names where this run saw it. Undefined where nobody knows the source. Throws a GitHubError.
 */
export async function commitIn(
  { kind, repository }: Home,
  { release, folder, commit }: Told,
  github: GitHub,
  { branch, directory }: Places,
): Promise<string | undefined> {
  if (kind === 'source') {
    const source = sourceOf(release)
    return source === undefined ? undefined : wholeCommit(github, repository, source)
  }
  return commit ?? newestCommitTo(github, repository, { branch, path: inDirectory(directory, folder) })
}

/** A file of the GitOps root as it is named in the home's repository; undefined where it is not there. */
export function fileIn(home: Home, { server, repository, directory }: Places, file: string): string | undefined {
  return repositoryOn(server, repository) === home.repository ? inDirectory(directory, file) : undefined
}

function inDirectory(directory: string, path: string): string {
  const folder = directory.replace(/^(?:\.\/)+|\/+$/g, '')
  return folder === '.' || folder === '' ? path : `${folder}/${path}`
}
