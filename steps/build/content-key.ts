import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { ConfigurationError } from '../../configuration/index.ts'
import type { RunCommand } from '../../host/index.ts'
import { parseImageReference, RegistryError } from '../../images/index.ts'
import type { Commit } from './commit.ts'
import { ingredientsOf } from './dockerfile.ts'
import { type Ignores, readIgnores } from './ignore-file.ts'
import type { BuildRequest } from './request.ts'

/** The key of what goes into an image, or why there is none: then nothing can say that a build need not run. */
export type ContentKey = { kind: 'key'; key: string } | { kind: 'none'; reason: string }

/** What the key is asked of. */
export type KeyHost = {
  run: RunCommand
  /** The digest that a base image has in its registry now. Throws a RegistryError. */
  resolve: (reference: string) => Promise<string>
  /** The runner's architecture, for an image that names no platform. */
  architecture: string
}

/** Raised whenever the same ingredients give another image: keys of before are then never found. */
const version = 1

/**
 * Counts what goes into an image: the files of the commit that the builder sees, the Dockerfile, target, build
 * arguments, platforms, labels, the source, the ids of secrets, attestations asked for, and the digests that the base
 * images have now. The commit itself, its time and the builder are not in it. What a Dockerfile fetches while it runs
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
  const { context, file } = request
  const way = relative(commit.root, file)
  if (way.startsWith('..')) return none('the Dockerfile is outside the checkout')
  const ignores = await readIgnores(context, file)
  const stray = await notCommitted(context, commit, ignores)
  if (stray !== undefined) {
    return none(`${stray} is in the context and in no commit: put it in .dockerignore if the image does not need it`)
  }
  const text = await readFile(file, 'utf8')
  const { images, takesAll, unknown } = ingredientsOf(text, request.buildArgs)
  if (unknown !== undefined) return none(unknown)
  if (takesAll && !ignores('.git') && (await isThere(join(context, '.git')))) {
    return none('the Dockerfile takes in .git, which is another with every commit: put it in .dockerignore')
  }
  try {
    const bases = await Promise.all(images.map(async image => [image, await digestOf(image, host)] as const))
    const { target, buildArgs, platforms, labels, secrets, sbom, provenance } = request
    const counted = {
      version,
      files: await filesHash(host.run, context, ignores),
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
    return { kind: 'key', key: createHash('sha256').update(JSON.stringify(counted)).digest('hex') }
  } catch (error) {
    if (error instanceof RegistryError || error instanceof ConfigurationError)
      return none(`a base image cannot be looked up: ${error.message}`)
    throw error
  }
}

async function digestOf(image: string, { resolve }: KeyHost): Promise<string> {
  return parseImageReference(image).digest ?? (await resolve(image))
}

/** One hash over mode, id and path of every file that the builder sees; ids are those of Git's own objects. */
async function filesHash(run: RunCommand, context: string, ignores: Ignores): Promise<string> {
  const { code, stdout, stderr } = await run('git', ['ls-tree', '-r', '-z', 'HEAD'], { cwd: context })
  if (code !== 0) throw new Error(`git ls-tree ended with ${code}: ${stderr.trim()}`)
  const hash = createHash('sha256')
  for (const entry of stdout.split('\0')) {
    const path = entry.slice(entry.indexOf('\t') + 1)
    if (entry !== '' && !ignores(path)) hash.update(entry).update('\0')
  }
  return hash.digest('hex')
}

/** The first file that Git ignores and the builder sees, such as what an earlier step compiled. */
async function notCommitted(context: string, { ignored }: Commit, ignores: Ignores): Promise<string | undefined> {
  for (const path of ignored) {
    if (!path.endsWith('/')) {
      if (!ignores(path)) return path
      continue
    }
    const folder = path.slice(0, -1)
    const entries = await readdir(join(context, folder), { recursive: true, withFileTypes: true })
    for (const entry of entries) {
      const inner = relative(context, join(entry.parentPath, entry.name))
      if (!entry.isDirectory() && !ignores(inner)) return inner
    }
  }
  return undefined
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

function sorted(values: Readonly<Record<string, string>>): (readonly [string, string])[] {
  return Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1))
}

function none(reason: string): ContentKey {
  return { kind: 'none', reason }
}
