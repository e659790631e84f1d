import { ConfigurationError } from '../../configuration/index.ts'
import type { Commit } from './commit.ts'

const prefix = 'org.opencontainers.image'

/** The label that promotion reads: which commit an image was built from. */
export const revisionLabel = `${prefix}.revision`

/**
 * The labels of an image (OCI image specification, annotations.md): what the kit knows, then what the user gave, which
 * wins but for the revision. Throws a ConfigurationError for a revision of the user's.
 */
export function imageLabels(
  about: { commit: Commit; source: string | undefined; version: string },
  given: Readonly<Record<string, string>>,
): Record<string, string> {
  if (Object.hasOwn(given, revisionLabel)) {
    throw new ConfigurationError({
      problem: `the label ${revisionLabel} is the commit that is built, and cannot be set`,
      place: { input: 'labels' },
      value: given[revisionLabel],
      cure: 'Remove it',
    })
  }
  return {
    [`${prefix}.created`]: new Date(about.commit.time * 1000).toISOString().replace('.000Z', 'Z'),
    [revisionLabel]: about.commit.id,
    ...(about.source !== undefined && { [`${prefix}.source`]: about.source }),
    [`${prefix}.version`]: about.version,
    ...given,
  }
}
