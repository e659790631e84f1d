import { digestOf, pushBlob, pushManifest } from './push.ts'

const bundleType = 'application/vnd.dev.sigstore.bundle.v0.3+json'
const empty = { mediaType: 'application/vnd.oci.empty.v1+json', digest: digestOf('{}'), size: 2 }

/**
 * Attaches Sigstore bundles to an image as `actions/attest` with `push-to-registry` does: each an artifact that refers
 * to the image. A registry without a list of referrers, such as Debian's, gets the tag that leads to them instead.
 */
export async function pushAttestations(
  host: string,
  repository: string,
  subject: string,
  bundles: readonly unknown[],
): Promise<void> {
  await pushBlob(host, repository, '{}')
  const manifests = []
  for (const bundle of bundles) {
    const text = JSON.stringify(bundle)
    const digest = await pushBlob(host, repository, text)
    const mediaType = 'application/vnd.oci.image.manifest.v1+json'
    const manifest = {
      schemaVersion: 2 as const,
      mediaType,
      artifactType: bundleType,
      config: empty,
      layers: [{ mediaType: bundleType, digest, size: text.length }],
      subject: { mediaType, digest: subject, size: 0 },
    }
    const size = JSON.stringify(manifest).length
    const id = digestOf(JSON.stringify(manifest))
    await pushManifest(host, repository, id, manifest)
    manifests.push({ mediaType, digest: id, size, artifactType: bundleType })
  }
  const index = { schemaVersion: 2 as const, mediaType: 'application/vnd.oci.image.index.v1+json', manifests }
  await pushManifest(host, repository, subject.replace(':', '-'), index)
}
