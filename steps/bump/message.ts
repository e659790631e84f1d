import { formatImageReference } from '../../images/index.ts'
import type { BumpPlan } from './plan.ts'
import type { BumpRequest } from './request.ts'

/**
 * The commit's message: a subject that names app, version and clusters, and trailers for people and for the history.
 * `run` is where to read how it came about.
 */
export function bumpMessage(
  request: BumpRequest,
  plan: Pick<BumpPlan, 'bumped' | 'recorded'>,
  run: string | undefined,
): string {
  const { app, image, message, override } = request
  const set = plan.bumped.map(({ cluster }) => cluster)
  const clusters = [...new Set([...set, ...plan.recorded])]
  const done =
    set.length > 0
      ? `Set ${app} to ${image.tag} on ${few(set, 3)}`
      : `Record ${image.tag} of ${app} on ${few(clusters, 3)}`
  const subject = message ?? done
  const trailers = [
    ['Stovepipe-App', app],
    ['Stovepipe-Image', formatImageReference(image)],
    ['Stovepipe-Clusters', few(clusters, 20)],
    ...(override === undefined ? [] : [['Stovepipe-Override', override]]),
    ...(run === undefined ? [] : [['Stovepipe-Run', run]]),
  ]
  return `${subject.trim()}\n\n${trailers.map(([key, value = '']) => `${key}: ${value.replace(/\p{Cc}+/gu, ' ')}`).join('\n')}`
}

/** Names, or how many there are when there are more than a person reads. */
function few(names: readonly string[], most: number): string {
  return names.length <= most ? names.join(', ') : `${names.length} clusters`
}
