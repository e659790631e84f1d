import { createHash } from 'node:crypto'
import { formatImageReference, type ImageReference, splitRepository } from '../reference.ts'
import { RegistryError } from './error.ts'
import { manifestTypes, readLabels, readManifest } from './manifest.ts'
import { type Answer, openTransport, type Transport, type TransportOptions } from './transport.ts'

/** What a reference stands for: the digest of its manifest (or index), and the manifest's media type. */
export type Resolved = { digest: string; mediaType: string }

/** Reads container registries. Every method throws a RegistryError that says why, and what can be done. */
export interface Registry {
  /** The digest of what a tag names now (or of a digest, checked to exist). The answer's own bytes are hashed. */
  resolve(reference: ImageReference): Promise<Resolved>
  /** The labels in the image's config; of an index, in the config of one of its platforms. */
  labels(reference: ImageReference): Promise<Record<string, string>>
  /** Whether the registry has this image. */
  exists(reference: ImageReference): Promise<boolean>
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
  }
}

/** An index may hold indexes (OCI image specification); nobody nests them deeper than this. */
const deepest = 4

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
