import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { relative } from 'node:path'
import { ConfigurationError } from '../../configuration/index.ts'
import type { RunCommand } from '../../host/index.ts'
import { parseImageReference, RegistryError } from '../../images/index.ts'
import type { BuilderName } from './builder.ts'
import type { Commit } from './commit.ts'
import { countFiles } from './count-files.ts'
import { ingredientsOf } from './dockerfile.ts'
import { readIgnores } from './ignore-file.ts'
import type { BuildRequest } from './request.ts'
import { visibleIn } from './visible.ts'

/**
 * The key of what goes into an image, or why there is none: then nothing can say that a build need not run. With
 * `moving`, a base image is named by a tag, and must be pulled: the builder may have another under that name.
 */
export type ContentKey = { kind: 'key'; key: string; moving: boolean } | { kind: 'none'; reason: string }

/** What the key is asked of. */
export type KeyHost = {
  run: RunCommand
  /** The digest that a base image has in its registry now. Throws a RegistryError. */
  resolve: (reference: string) => Promise<string>
  /** Who builds, if that matters for which files it sees. */
  builder: () => Promise<BuilderName>
  /** The runner's architecture, for an image that names no platform. */
  architecture: string
}

/** Raised whenever the same ingredients give another image: keys of before are then never found. */
const version = 2

/**
 * Counts what goes into an image: the files of the commit that the builder sees, the Dockerfile, target, build
 * arguments, platforms, labels, the source, the ids of secrets, attestations asked for, and the digests that the base
 * images, the Dockerfile's frontend and the SBOM's generator have now. The commit itself, its time and the builder are not in it. What a Dockerfile fetches while it runs
 * cannot be in it either.
 */
export async function contentKey(
  request: BuildRequest,
  commit: Commit,
  source: string | undefined,
  host: KeyHost,
): Promise<ContentKey> {
  if (commit.changes.length > 0) return none('the checkout has changes that are in no commit')
  if (!commit.whole) return none('the checkout is sparse, so its files are not those of the commit')
  if (commit.unwatched !== undefined) {
    return none(`Git was told not to look for changes of ${commit.unwatched} (assume-unchanged or skip-worktree)`)
  }
  const { context, file } = request
  const way = relative(commit.root, file)
  if (way.startsWith('..')) return none('the Dockerfile is outside the checkout')
  const ignores = await readIgnores(context, file, host.builder)
  for (const path of commit.ignored) {
    const stray = await visibleIn(context, path, ignores)
    if (stray !== undefined) {
      return none(`${stray} is in the context and in no commit: put it in .dockerignore if the image does not need it`)
    }
  }
  const text = await readFile(file, 'utf8')
  const { images, takesAll, unknown } = ingredientsOf(text, request.buildArgs)
  if (unknown !== undefined) return none(unknown)
  if (takesAll && (await visibleIn(context, '.git', ignores)) !== undefined) {
    return none('the Dockerfile takes in .git, which is another with every commit: put it in .dockerignore')
  }
  const files = await countFiles(host.run, context, ignores)
  if (files.kind === 'none') return files
  try {
    const { target, buildArgs, platforms, labels, secrets, sbom, provenance } = request
    const generator = sbom?.startsWith(generatorPrefix) ? [sbom.slice(generatorPrefix.length)] : []
    const bases = await Promise.all(
      [...images, ...generator].map(async image => [image, await digestOf(image, host)] as const),
    )
    const counted = {
      version,
      files: files.hash,
      dockerfile: createHash('sha256').update(text).digest('hex'),
      bases,
      target,
      buildArgs: sorted(buildArgs),
      platforms: platforms.length === 0 ? [`native ${host.architecture}`] : [...platforms].sort(),
      labels: sorted(labels),
      source,
      secrets: secrets.map(({ id }) => id).sort(),
      sbom,
      provenance,
    }
    const moving = images.some(image => parseImageReference(image).digest === undefined)
    return { kind: 'key', key: createHash('sha256').update(JSON.stringify(counted)).digest('hex'), moving }
  } catch (error) {
    if (error instanceof RegistryError || error instanceof ConfigurationError)
      return none(`a base image cannot be looked up: ${error.message}`)
    throw error
  }
}

const generatorPrefix = 'generator='

async function digestOf(image: string, { resolve }: KeyHost): Promise<string> {
  return parseImageReference(image).digest ?? (await resolve(image))
}

function sorted(values: Readonly<Record<string, string>>): (readonly [string, string])[] {
  return Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1))
}

function none(reason: string): ContentKey {
  return { kind: 'none', reason }
}
