import { createHash } from 'node:crypto'
import { ConfigurationError } from '../../configuration/index.ts'
import { contentKeyLabel } from '../../images/index.ts'
import type { Commit } from './commit.ts'

const prefix = 'org.opencontainers.image'

/** The label that promotion reads: which commit an image was built from. */
export const revisionLabel = `${prefix}.revision`

/** Where that commit lives. */
export const sourceLabel = `${prefix}.source`

/** Labels that say which of a source's images this is: paths are relative to the checkout. */
export const dockerfileLabel = 'dev.stovepipe.dockerfile'
export const contextLabel = 'dev.stovepipe.context'
export const targetLabel = 'dev.stovepipe.target'

/** Which of the images of one Dockerfile: a hash of the build arguments, which may be long and are nobody's business. */
export const argumentsLabel = 'dev.stovepipe.build-args'

/** What the labels tell about a build. */
export type About = {
  commit: Pick<Commit, 'id' | 'time'>
  source: string | undefined
  version: string
  dockerfile: string
  context: string
  target?: string | undefined
  buildArgs: Readonly<Record<string, string>>
  contentKey?: string | undefined
}

/**
 * The labels of an image (OCI image specification, annotations.md): what the kit knows, then what the user gave, which
 * wins but for the revision and the kit's own. Throws a ConfigurationError where the user gives one of those.
 */
export function imageLabels(about: About, given: Readonly<Record<string, string>>): Record<string, string> {
  const kept = Object.keys(given).find(name => name === revisionLabel || name.startsWith('dev.stovepipe.'))
  if (kept !== undefined) {
    throw new ConfigurationError({
      problem: `the label ${kept} is the kit's own: it says what is built, and cannot be set`,
      place: { input: 'labels' },
      value: given[kept],
      cure: 'Remove it',
    })
  }
  const { commit, source, version, dockerfile, context, target, buildArgs, contentKey } = about
  return {
    [`${prefix}.created`]: new Date(commit.time * 1000).toISOString().replace('.000Z', 'Z'),
    [revisionLabel]: commit.id,
    ...(source !== undefined && { [sourceLabel]: source }),
    [`${prefix}.version`]: version,
    [dockerfileLabel]: dockerfile,
    [contextLabel]: context,
    ...(target !== undefined && { [targetLabel]: target }),
    [argumentsLabel]: hashOf(buildArgs),
    ...(contentKey !== undefined && { [contentKeyLabel]: contentKey }),
    ...given,
  }
}

function hashOf(buildArgs: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(buildArgs).sort(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex').slice(0, 16)
}
