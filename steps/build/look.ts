import { arch } from 'node:os'
import type { Log } from '../../host/index.ts'
import { parseImageReference, type Registry, splitRepository } from '../../images/index.ts'
import { type BuildHost, openAt } from './build-host.ts'
import type { BuilderName } from './builder.ts'
import type { Commit } from './commit.ts'
import { type ContentKey, contentKey } from './content-key.ts'
import type { BuildRequest } from './request.ts'
import { type Found, reuse } from './reuse.ts'

/** The content key of an image that is to be pushed; for another one nobody is asked for its base images. */
export async function keyOf(
  request: BuildRequest,
  commit: Commit,
  source: string | undefined,
  host: BuildHost,
  builder: () => Promise<BuilderName>,
): Promise<ContentKey> {
  if (!request.push) return { kind: 'none', reason: 'nothing is pushed' }
  const resolve = async (image: string) => {
    const reference = parseImageReference(image)
    return (await (await openAt(reference.repository, host)).resolve(reference)).digest
  }
  return contentKey(request, commit, source, { run: host.run, resolve, builder, architecture: arch() })
}

/** Looks for an image of the same content. */
export async function lookForSame(
  { repository, skip }: BuildRequest,
  about: { key: ContentKey } & Omit<Parameters<typeof reuse>[1], 'repository' | 'key'>,
  registry: Registry | undefined,
  log: Log,
): Promise<Found> {
  const { key, ...wanted } = about
  if (!registry) return { kind: 'build', reason: 'nothing is pushed' }
  if (!skip) return { kind: 'build', reason: '`skip` is false' }
  if (key.kind === 'none') return { kind: 'build', reason: key.reason }
  return reuse(registry, { ...wanted, repository, key: key.key }, log)
}

/** The attestations that a registry keeps beside an image; they are not verified. */
export async function attestationsOf(image: { repository: string; digest: string }, host: BuildHost) {
  const { findAttestations } = await import('../../images/attestations/index.ts')
  const credentials = await host.credentials(splitRepository(image.repository).registry)
  return findAttestations(image, { ...host, credentials })
}
