import { z } from 'zod'
import { parseJson } from '../../configuration/index.ts'
import { splitRepository } from '../reference.ts'
import { openTransport, RegistryError, type TransportOptions } from '../registry/index.ts'
import { type Ask, type Descriptor, listReferrers, readIndex } from './referrers.ts'

/** More attestations of one image than this are not looked at: anybody who may push may add some. */
const most = 30

const artifact = z.looseObject({ layers: z.array(z.looseObject({ mediaType: z.string(), digest: z.string() })) })

const bundleType = /^application\/vnd\.dev\.sigstore\.bundle(?:\.v|\+json)/
const digestPattern = /^sha256:[0-9a-f]{64}$/
const manifestType = 'application/vnd.oci.image.manifest.v1+json'

/**
 * The Sigstore bundles that a registry keeps about an image, newest form only: artifacts that refer to its digest
 * (distribution specification 1.1, "Listing Referrers"), or, where a registry has no such list, those that the tag
 * `sha256-<hex>` leads to. They are read and not verified. One that cannot be read is passed over: it may be anybody's.
 * Throws a RegistryError when the registry does not say which there are, or gives none of them.
 */
export async function findAttestations(
  { repository, digest }: { repository: string; digest: string },
  options: TransportOptions,
): Promise<readonly unknown[]> {
  const transport = openTransport(options)
  const at = splitRepository(repository)
  const ask: Ask = (resource, accept, expected) => transport({ ...at, resource, accept, method: 'GET' }, expected)
  const referrers = (await listReferrers(ask, at.path, digest)) ?? (await tagged(ask, digest))
  const candidates = referrers
    .filter(({ artifactType }) => artifactType === undefined || bundleType.test(artifactType))
    .filter(({ digest }) => digestPattern.test(digest))
    .slice(0, most)
  const bundles: unknown[] = []
  let failure: RegistryError | undefined
  for (const { digest } of candidates) {
    try {
      bundles.push(...(await bundlesIn(ask, digest)))
    } catch (error) {
      if (!(error instanceof RegistryError)) throw error
      options.log.info(`An attestation is passed over: ${error.message}`)
      if (passes.includes(error.fault)) failure ??= error
    }
  }
  if (bundles.length === 0 && failure) throw failure
  return bundles
}

/** What may be otherwise later: then it is not said that there are none. */
const passes: readonly string[] = ['limited', 'unavailable', 'unreachable']

async function bundlesIn(ask: Ask, digest: string): Promise<unknown[]> {
  const manifest = artifact.safeParse(await read(ask, `manifests/${digest}`, manifestType))
  const layers = manifest.success ? manifest.data.layers : []
  const bundles: unknown[] = []
  for (const layer of layers.filter(each => bundleType.test(each.mediaType) && digestPattern.test(each.digest))) {
    const bundle = await read(ask, `blobs/${layer.digest}`, '*/*')
    if (bundle !== undefined) bundles.push(bundle)
  }
  return bundles
}

async function tagged(ask: Ask, digest: string): Promise<readonly Descriptor[]> {
  return (
    readIndex(await read(ask, `manifests/${digest.replace(':', '-')}`, 'application/vnd.oci.image.index.v1+json')) ?? []
  )
}

/** A JSON document of the registry; undefined where it has none. */
async function read(ask: Ask, resource: string, accept: string): Promise<unknown> {
  const { status, body } = await ask(resource, accept, [404])
  return status === 404 ? undefined : parseJson(body.toString())
}
