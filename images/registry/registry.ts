import { createHash } from 'node:crypto'
import { z } from 'zod'
import { parseJson } from '../../configuration/index.ts'
import { formatImageReference, type ImageReference, splitRepository } from '../reference.ts'
import { type Anatomy, readAnatomy } from './anatomy.ts'
import { RegistryError } from './error.ts'
import { imagesOf, manifestTypes, readLabels, readManifest } from './manifest.ts'
import { type Answer, openTransport, type Transport, type TransportOptions } from './transport.ts'

/** What a reference stands for: the digest of its manifest (or index), and the manifest's media type. */
export type Resolved = { digest: string; mediaType: string }

/** A container registry. Every method throws a RegistryError that says why, and what can be done. */
export interface Registry extends RegistryReader {
  /** Gives an image one more tag in its repository, or moves it there: the same manifest, or index, byte for byte. */
  tag(reference: ImageReference, tag: string): Promise<Resolved>
}

/** What can be read of a registry. */
export interface RegistryReader {
  /** The digest of what a tag names now (or of a digest, checked to exist). The answer's own bytes are hashed. */
  resolve(reference: ImageReference): Promise<Resolved>
  /** The labels in the image's config; of an index, in the config of one of its platforms. */
  labels(reference: ImageReference): Promise<Record<string, string>>
  /** Whether the registry has this image. */
  exists(reference: ImageReference): Promise<boolean>
  /** The layers of each image that a reference leads to: one, or one for each platform of an index. */
  anatomy(reference: ImageReference): Promise<Anatomy[]>
  /** Tags of a repository, at most so many and in no order that means anything; none where it has no image yet. */
  tags(repository: string, most: number): Promise<string[]>
}

/**
 * Opens a client of the OCI distribution API (distribution specification 1.1, "Pulling manifests"). Registries on
 * loopback are asked over HTTP, all others over HTTPS. A reference with a tag and a digest goes by its digest.
 */
export function openRegistry(options: TransportOptions): Registry {
  const transport = openTransport(options)
  return {
    async resolve(reference) {
      const { digest, mediaType } = await manifest(transport, reference)
      return { digest, mediaType }
    },

    async labels(reference) {
      const { repository } = reference
      let { body } = await manifest(transport, reference)
      for (let depth = 0; depth < deepest; depth++) {
        const read = readManifest(body.toString())
        if (!read) break
        if (read.kind === 'index') {
          body = (await manifest(transport, { repository, digest: read.child })).body
          continue
        }
        const labels = readLabels((await blob(transport, repository, read.config)).toString())
        if (labels) return labels
        break
      }
      throw new RegistryError('invalid', {
        problem: `${formatImageReference(reference)} is not a container image that can be read`,
        cure: 'Name an image of docker schema 2 or of OCI, not an artifact',
      })
    },

    async exists(reference) {
      const answer = await transport({ ...locate(reference), accept: manifestTypes, method: 'HEAD' }, [404])
      return answer.status !== 404
    },

    async anatomy({ repository, tag, digest }) {
      const named = { repository, ...(tag !== undefined && { tag }), ...(digest !== undefined && { digest }) }
      const top = await manifest(transport, named)
      const digests = imagesOf(top.body.toString())
      if (digests === undefined) return [await dissect(transport, repository, top)]
      const children = digests
        .slice(0, widest)
        .map(async child => dissect(transport, repository, await manifest(transport, { repository, digest: child })))
      return Promise.all(children)
    },

    async tags(repository, most) {
      const { registry, path } = splitRepository(repository)
      const wanted = { registry, path, resource: 'tags/list', accept: 'application/json', method: 'GET' as const }
      const { status, body } = await transport(wanted, [404])
      const list = status === 404 ? undefined : tagList.safeParse(parseJson(body.toString()))
      return (list?.data?.tags ?? []).slice(0, most)
    },

    async tag(reference, tag) {
      const { body, digest, mediaType } = await manifest(transport, reference)
      const { repository } = reference
      const content = { type: mediaType, body }
      const answer = await transport({ ...locate({ repository, tag }), accept: '*/*', method: 'PUT', content })
      verify(`${repository}:${tag}`, answer.headers.get('docker-content-digest') ?? undefined, digest)
      return { digest, mediaType }
    },
  }
}

/** An index may hold indexes (OCI image specification); nobody nests them deeper than this. */
const deepest = 4

/** More platforms than this of one index are not looked at. */
const widest = 20

const tagList = z.object({ tags: z.array(z.string()).nullish() })

async function dissect(
  transport: Transport,
  repository: string,
  { digest, body }: { digest: string; body: Buffer },
): Promise<Anatomy> {
  const text = body.toString()
  const read = readManifest(text)
  const config = read?.kind === 'image' ? await blob(transport, repository, read.config) : undefined
  const anatomy = config && readAnatomy(digest, text, config.toString())
  if (anatomy) return anatomy
  throw new RegistryError('invalid', { problem: `${repository}@${digest} is not a container image that can be read` })
}

async function manifest(transport: Transport, reference: ImageReference): Promise<Resolved & { body: Buffer }> {
  const answer = await transport({ ...locate(reference), accept: manifestTypes, method: 'GET' })
  const digest = digestOf(answer.body)
  const named = formatImageReference(reference)
  verify(named, reference.digest, digest)
  verify(named, answer.headers.get('docker-content-digest') ?? undefined, digest)
  return { digest, mediaType: mediaTypeOf(answer), body: answer.body }
}

async function blob(transport: Transport, repository: string, digest: string): Promise<Buffer> {
  const { registry, path } = splitRepository(repository)
  const { body } = await transport({ registry, path, resource: `blobs/${digest}`, accept: '*/*', method: 'GET' })
  verify(`${repository}@${digest}`, digest, digestOf(body))
  return body
}

function locate({ repository, tag, digest }: ImageReference): { registry: string; path: string; resource: string } {
  return { ...splitRepository(repository), resource: `manifests/${digest ?? tag ?? 'latest'}` }
}

function verify(named: string, claimed: string | undefined, actual: string): void {
  if (claimed === undefined || claimed === actual) return
  throw new RegistryError('invalid', {
    problem: `the registry sends other bytes for ${named} than the digest it claims (${JSON.stringify(claimed.slice(0, 100))}, but the bytes are ${actual})`,
    cure: 'Do not trust this answer: look at the registry and at what stands between it and here',
  })
}

function digestOf(body: Buffer): string {
  return `sha256:${createHash('sha256').update(body).digest('hex')}`
}

function mediaTypeOf({ headers }: Answer): string {
  return (headers.get('content-type') ?? '').split(';')[0]?.trim() ?? ''
}
