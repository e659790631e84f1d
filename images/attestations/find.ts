import { z } from 'zod'
import { parseJson } from '../../configuration/index.ts'
import { splitRepository } from '../reference.ts'
import { openTransport, type TransportOptions } from '../registry/index.ts'

/** More attestations of one image than this are not looked at: anybody who may push may add some. */
const most = 30

const index = z.looseObject({
  manifests: z.array(z.looseObject({ digest: z.string(), artifactType: z.string().optional() })),
})
const artifact = z.looseObject({ layers: z.array(z.looseObject({ mediaType: z.string(), digest: z.string() })) })

const bundleType = /^application\/vnd\.dev\.sigstore\.bundle(?:\.v|\+json)/
const digestPattern = /^sha256:[0-9a-f]{64}$/

/**
 * The Sigstore bundles that a registry keeps about an image, newest form only: artifacts that refer to its digest
 * (distribution specification 1.1, "Listing Referrers"), or, where a registry has no such list, those that the tag
 * `sha256-<hex>` leads to. They are read and not verified. Throws a RegistryError when the registry does not answer.
 */
export async function findAttestations(
  { repository, digest }: { repository: string; digest: string },
  options: TransportOptions,
): Promise<readonly unknown[]> {
  const transport = openTransport(options)
  const at = splitRepository(repository)
  const get = async (resource: string, accept: string) => {
    const { status, body } = await transport({ ...at, resource, accept, method: 'GET' }, [404])
    return status === 404 ? undefined : parseJson(body.toString())
  }
  const indexType = 'application/vnd.oci.image.index.v1+json'
  const manifestType = 'application/vnd.oci.image.manifest.v1+json'
  const listed = index.safeParse(
    (await get(`referrers/${digest}`, indexType)) ?? (await get(`manifests/${digest.replace(':', '-')}`, indexType)),
  )
  const referrers = listed.success ? listed.data.manifests : []
  const candidates = referrers
    .filter(({ artifactType }) => artifactType === undefined || bundleType.test(artifactType))
    .filter(({ digest }) => digestPattern.test(digest))
    .slice(0, most)
  const bundles: unknown[] = []
  for (const { digest } of candidates) {
    const manifest = artifact.safeParse(await get(`manifests/${digest}`, manifestType))
    const layers = manifest.success ? manifest.data.layers : []
    for (const layer of layers.filter(each => bundleType.test(each.mediaType) && digestPattern.test(each.digest))) {
      const bundle = await get(`blobs/${layer.digest}`, '*/*')
      if (bundle !== undefined) bundles.push(bundle)
    }
  }
  return bundles
}
