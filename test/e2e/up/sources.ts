import { pathToFileURL } from 'node:url'
import { createRepository } from '../../support/git/index.ts'
import { labelsFor, pushImage } from '../../support/registry/index.ts'
import { failing } from '../stand-ins/apps.ts'

/** An app's own repository, and three releases of it in the registry, oldest first. */
export type Source = { app: string; url: string; first: Image; good: Image; bad: Image }

/** `name` without tag and digest. */
export type Image = { name: string; tag: string; digest: string }

/**
 * Makes an app's repository with three commits, and an image of each: what runs at first, what answers as well, and what
 * fails one request in five, which the stand-ins for the apps tell by its digest.
 */
export async function createSource(app: string, folder: string, registry: string): Promise<Source> {
  const repository = await createRepository(folder)
  const release = async (message: string, prefix: string): Promise<Image> => {
    const commit = await repository.commit({ 'README.md': `# ${app}\n\n${message}\n` }, { message })
    const tag = `sha-${commit.slice(0, 12)}`
    const labels = labelsFor(prefix, { 'org.opencontainers.image.revision': commit })
    return { name: `${registry}/acme/${app}`, tag, digest: await pushImage(registry, `acme/${app}`, tag, labels) }
  }
  return {
    app,
    url: pathToFileURL(folder).href,
    first: await release('Runs', 'sha256:'),
    good: await release('Answers as well as before', 'sha256:600d'),
    bad: await release('Fails one request in five', failing),
  }
}

/** The files, and in those of the apps these repositories and images in the places of the template's examples. */
export function released(files: Readonly<Record<string, string>>, sources: readonly Source[]): Record<string, string> {
  const changed: Record<string, string> = { ...files }
  for (const [file, text] of Object.entries(files)) {
    const source = sources.find(
      ({ app }) => file.startsWith(`apps/${app}/`) || file.startsWith(`platform/previews/${app}`),
    )
    if (source === undefined) continue
    const { app, url, first } = source
    changed[file] = text
      .replaceAll(`ghcr.io/acme/${app}`, first.name)
      .replaceAll('sha-000000000000', first.tag)
      .replaceAll(`sha256:${'0'.repeat(64)}`, first.digest)
      .replace(/^( *source:) https:.*$/m, `$1 ${url}`)
  }
  return changed
}
