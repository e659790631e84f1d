import { createHash } from 'node:crypto'

const oci = 'application/vnd.oci.image'

/** An image without layers as a builder would describe it: its config with `labels`, and its manifest. */
function describeImage(labels: Readonly<Record<string, string>> | null) {
  const config = JSON.stringify({
    architecture: 'amd64',
    os: 'linux',
    config: { Labels: labels },
    rootfs: { type: 'layers', diff_ids: [] },
  })
  const mediaType = `${oci}.config.v1+json`
  const manifest = {
    schemaVersion: 2 as const,
    mediaType: `${oci}.manifest.v1+json`,
    config: { mediaType, digest: digestOf(config), size: config.length },
    layers: [],
  }
  return { config, manifest }
}

/** Adds a label to others so that the image's digest begins with `prefix`, such as `sha256:bad`; each digit takes 16 tries. */
export function labelsFor(prefix: string, labels: Readonly<Record<string, string>>): Record<string, string> {
  for (let number = 0; ; number++) {
    const tried = { ...labels, number: `${number}` }
    if (digestOf(JSON.stringify(describeImage(tried).manifest)).startsWith(prefix)) return tried
  }
}

/**
 * Puts an image without layers into a registry, as a builder would: its config with `labels`, then its manifest, under
 * `tag`. Gives the manifest's digest. `repository` is the path without the registry's host.
 */
export async function pushImage(
  host: string,
  repository: string,
  tag: string,
  labels: Readonly<Record<string, string>> | null = {},
): Promise<string> {
  const { config, manifest } = describeImage(labels)
  await pushBlob(host, repository, config)
  return pushManifest(host, repository, tag, manifest)
}

/** Puts an index over manifests that are there already, as `docker buildx` does for several platforms. */
export async function pushIndex(
  host: string,
  repository: string,
  tag: string,
  children: readonly { digest: string; os: string; architecture: string }[],
): Promise<string> {
  const manifests = await Promise.all(
    children.map(async ({ digest, os, architecture }) => {
      const found = await fetch(`http://${host}/v2/${repository}/manifests/${digest}`, {
        headers: { accept: `${oci}.manifest.v1+json` },
      })
      const size = (await found.text()).length
      return { mediaType: `${oci}.manifest.v1+json`, digest, size, platform: { os, architecture } }
    }),
  )
  return pushManifest(host, repository, tag, { schemaVersion: 2, mediaType: `${oci}.index.v1+json`, manifests })
}

export async function pushManifest(
  host: string,
  repository: string,
  tag: string,
  manifest: { schemaVersion: 2; mediaType: string; [field: string]: unknown },
): Promise<string> {
  const body = JSON.stringify(manifest)
  const response = await fetch(`http://${host}/v2/${repository}/manifests/${tag}`, {
    method: 'PUT',
    headers: { 'content-type': manifest.mediaType },
    body,
  })
  if (response.status !== 201) throw new Error(`the manifest is refused: ${response.status} ${await response.text()}`)
  return digestOf(body)
}

export async function pushBlob(host: string, repository: string, content: string): Promise<string> {
  const digest = digestOf(content)
  const begun = await fetch(`http://${host}/v2/${repository}/blobs/uploads/`, { method: 'POST' })
  const location = new URL(begun.headers.get('location') ?? '', `http://${host}`)
  location.searchParams.set('digest', digest)
  const response = await fetch(location, {
    method: 'PUT',
    headers: { 'content-type': 'application/octet-stream' },
    body: content,
  })
  if (response.status !== 201) throw new Error(`the blob is refused: ${response.status} ${await response.text()}`)
  return digest
}

export function digestOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`
}
