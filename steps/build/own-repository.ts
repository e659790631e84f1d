import { stat } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import { ConfigurationError } from '../../configuration/index.ts'
import type { Log } from '../../host/index.ts'
import { type Registry, RegistryError } from '../../images/index.ts'
import { argumentsLabel, contextLabel, dockerfileLabel, revisionLabel, sourceLabel, targetLabel } from './labels.ts'
import type { Held } from './reuse.ts'

type Labels = Readonly<Record<string, string>>

/** How many of a repository's images are looked at. */
const looked = 5

/**
 * Refuses to put two images of one source into one repository, where only their tags would tell them apart. It looks at
 * what the tag itself names, and at some other images: one that was built from another Dockerfile is a second image if
 * that Dockerfile is still in the checkout, and was moved if it is not; one of the same Dockerfile and another context
 * is a second image if it is of the same commit, and was moved if it is not. Throws a ConfigurationError.
 */
export async function requireOwnRepository(
  registry: Registry,
  own: { repository: string; root: string; labels: Labels; before: Held | undefined },
  log: Log,
): Promise<void> {
  const { repository, root, labels, before } = own
  const isOfCommit = (other: Labels) => other[revisionLabel] === labels[revisionLabel]
  if (before && isOfCommit(before.labels) && !isSame(before.labels, labels)) {
    throw shared(repository, before.labels, labels)
  }
  for (const other of await others(registry, repository, log)) {
    if (other[sourceLabel] !== labels[sourceLabel]) continue
    const second = differs(other, labels, [dockerfileLabel])
      ? await isIn(root, other[dockerfileLabel])
      : isOfCommit(other) && differs(other, labels, [contextLabel])
    if (second) throw shared(repository, other, labels)
  }
}

/** Whether two images of one commit are built alike: from one Dockerfile, context and stage, with the same arguments. */
export function isSame(one: Labels, other: Labels): boolean {
  const known = one[argumentsLabel] === undefined ? [] : [argumentsLabel]
  return !differs(one, other, [dockerfileLabel, contextLabel, targetLabel, ...known])
}

/** The labels of some images of the repository; of none where it does not tell. */
async function others(registry: Registry, repository: string, log: Log): Promise<Labels[]> {
  try {
    const tags = await registry.tags(repository, 10_000)
    const chosen = tags.filter(tag => !/^(?:content|sha256)-[0-9a-f]{64}/.test(tag)).slice(-looked)
    const read = chosen.map(tag => registry.labels({ repository, tag }).catch(() => ({})))
    return await Promise.all(read)
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error
    log.debug(`the tags of ${repository} are not known: ${error.message}`)
    return []
  }
}

/** Images of before these labels say nothing, and are none of another Dockerfile's. */
function differs(a: Labels, b: Labels, names: readonly string[]): boolean {
  return a[dockerfileLabel] !== undefined && names.some(name => a[name] !== b[name])
}

/** Whether a label's path is a file of the checkout. The label comes from outside: nothing above is looked at. */
async function isIn(root: string, path: string | undefined): Promise<boolean> {
  if (path === undefined || path.includes('\0') || isAbsolute(path) || path.split('/').includes('..')) return false
  return stat(join(root, path)).then(
    about => about.isFile(),
    () => false,
  )
}

function shared(repository: string, other: Labels, own: Labels): ConfigurationError {
  const alike = describe(other) === describe(own)
  return new ConfigurationError({
    problem: `this repository holds another image of the same source already: built from ${describe(other)}, and this one from ${describe(own)}${alike ? ', with other build arguments' : ''}. Only their tags would tell them apart`,
    place: { input: 'image' },
    value: repository,
    cure: `Give each image a repository of its own; with a matrix, put its variable into \`image\`${alike ? '. What is another in every run, such as a time, is no build argument' : ''}`,
  })
}

function describe(labels: Labels): string {
  const target = labels[targetLabel]
  const stage = target === undefined ? '' : `, stage ${target}`
  return `${JSON.stringify(labels[dockerfileLabel])} in ${JSON.stringify(labels[contextLabel])}${stage}`
}
