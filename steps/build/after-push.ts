import type { Log } from '../../host/index.ts'
import { contentTag, formatImageReference, type Registry, RegistryError } from '../../images/index.ts'
import type { Commit } from './commit.ts'
import { firstDifference } from './difference.ts'
import { revisionLabel } from './labels.ts'
import type { Held } from './reuse.ts'

/** Asks the registry what the tag names now. Another digest than the one pushed means that somebody else pushed too. */
export async function confirm(
  registry: Registry,
  named: { repository: string; tag: string },
  pushed: string,
): Promise<void> {
  const { digest } = await registry.resolve(named)
  if (digest === pushed) return
  throw new RegistryError('invalid', {
    problem: `the registry says that ${formatImageReference(named)} is ${digest}, but ${pushed} was just pushed to it`,
    cure: 'Something else pushed the same tag at the same time: see that one build runs for each commit, then run this again',
  })
}

/** Gives a new image the tag that the next build looks for. Without it the image is as good, so a failure only warns. */
export async function remember(
  registry: Registry,
  image: { repository: string; digest: string },
  key: string,
  log: Log,
): Promise<void> {
  try {
    await registry.tag(image, contentTag(key))
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error
    log.warning(`later builds will not find this image by its content: ${error.message}`)
  }
}

/** Warns where the tag held another image of the same commit: what differs was not in the commit. */
export async function compare(
  registry: Registry,
  image: { repository: string; digest: string },
  { before, commit, log }: { before: Held | undefined; commit: Commit; log: Log },
): Promise<void> {
  if (!before || before.digest === image.digest || before.labels[revisionLabel] !== commit.id) return
  const { repository } = image
  try {
    const [then, now] = await Promise.all([
      registry.anatomy({ repository, digest: before.digest }),
      registry.anatomy(image),
    ])
    const difference = firstDifference(then, now)
    if (difference === undefined) return
    log.warning(
      `the same commit gave another image before, ${before.digest.slice(0, 19)}: ${difference}. Pin what is fetched there, and keep the time and chance out of it`,
    )
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error
    log.info(`Not compared with the image that the tag named before: ${error.message}`)
  }
}
