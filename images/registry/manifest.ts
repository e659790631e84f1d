import { z } from 'zod'
import { parseJson } from '../../configuration/index.ts'

/** Every kind of manifest that the client understands, as the `Accept` header wants it. */
export const manifestTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ')

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/)
const platform = z.object({ os: z.string(), architecture: z.string() })

const index = z.object({ manifests: z.array(z.object({ digest, platform: platform.optional() })).min(1) })
const image = z.object({ config: z.object({ digest }) })

/** The part of a config that matters here: `null` is what docker writes for no labels. */
const config = z.object({
  config: z.object({ Labels: z.record(z.string(), z.string()).nullish() }).nullish(),
})

/** What a manifest leads to: an index to the manifest of one platform, an image to its config. */
export type Manifest = { kind: 'index'; child: string } | { kind: 'image'; config: string }

/**
 * Reads a manifest (OCI image specification, image-index.md and manifest.md). Of an index, the child is the one for
 * linux/amd64, or the first that is an image: attestations call their platform `unknown`. Gives undefined for what is
 * neither, such as an artifact or a manifest of schema 1.
 */
export function readManifest(body: string): Manifest | undefined {
  const value = parseJson(body)
  const asIndex = index.safeParse(value)
  if (asIndex.success) {
    const images = asIndex.data.manifests.filter(({ platform }) => platform?.os !== 'unknown')
    const usual = images.find(({ platform }) => platform?.os === 'linux' && platform.architecture === 'amd64')
    const child = usual ?? images[0]
    return child && { kind: 'index', child: child.digest }
  }
  const asImage = image.safeParse(value)
  return asImage.success ? { kind: 'image', config: asImage.data.config.digest } : undefined
}

/** The digests of the images that an index holds, attestations left out; undefined for what is no index. */
export function imagesOf(body: string): string[] | undefined {
  const { success, data } = index.safeParse(parseJson(body))
  return success
    ? data.manifests.filter(({ platform }) => platform?.os !== 'unknown').map(({ digest }) => digest)
    : undefined
}

/** The labels in an image's config; undefined when it is no image config. */
export function readLabels(body: string): Record<string, string> | undefined {
  const parsed = config.safeParse(parseJson(body))
  return parsed.success ? { ...parsed.data.config?.Labels } : undefined
}
