import type { Place } from './play.ts'
import { counter, type Labels } from './samples.ts'

/** How a service fares: requests a second, the part of them that fails, and the seconds that each takes. */
export type Fare = { rps: number; errors?: number; seconds?: number; resetAt?: number; silentErrors?: boolean }

const bounds = [0.05, 0.1, 0.25, 0.5, 1, 2.5]

/** The series that one replica of a service shows. */
export function served(
  labels: Labels,
  { rps, errors = 0, seconds = 0.04, resetAt, silentErrors = false }: Fare,
): string {
  const duration = 'http_request_duration_seconds'
  const failed = silentErrors ? '' : counter('http_requests_total', { ...labels, code: '500' }, rps * errors, resetAt)
  return [
    counter('http_requests_total', { ...labels, code: '200' }, rps * (1 - errors), resetAt),
    failed,
    ...bounds.map(le => counter(`${duration}_bucket`, { ...labels, le: String(le) }, seconds <= le ? rps : 0, resetAt)),
    counter(`${duration}_bucket`, { ...labels, le: '+Inf' }, rps, resetAt),
  ].join('')
}

/** Whose series the labels are; written here anew, so that a wrong selector of ours is noticed. */
export type Roles = (labels: Labels, place: Place) => 'judged' | 'other' | undefined

/** A gate's view: the new digest on this cluster, against the old one on the stable track of all others. */
export const againstStable: Roles = ({ app, cluster, track, digest }, place) => {
  if (app !== place.service) return undefined
  if (cluster === place.cluster && digest === 'sha256:new') return 'judged'
  return cluster !== place.cluster && track === 'stable' && digest === 'sha256:old' ? 'other' : undefined
}

/** A gate's view with a baseline beside the release. */
export const againstBaseline: Roles = ({ app, cluster, track, digest }, place) => {
  if (app !== place.service || cluster !== place.cluster) return undefined
  if (track !== 'baseline' && digest === 'sha256:new') return 'judged'
  return track === 'baseline' && digest === 'sha256:old' ? 'other' : undefined
}

/** A Rollout's view: two tracks within this cluster. */
export const withinCluster: Roles = ({ app, cluster, track }, place) => {
  if (app !== place.service || cluster !== place.cluster) return undefined
  return track === 'canary' ? 'judged' : track === 'stable' ? 'other' : undefined
}

/**
 * Every mixture of app, cluster, track and digest: those that are judged fare as `judged`, those that they are compared
 * with as `other`, and all the rest, with much more traffic, as `decoy`. What is left out serves nothing.
 */
export function mixture(roles: Roles, fares: { judged?: Fare; other?: Fare; decoy?: Fare }): (place: Place) => string {
  return place =>
    combinations(place)
      .map(labels => {
        const fare = fares[roles(labels, place) ?? 'decoy']
        return fare ? served(labels, fare) : ''
      })
      .join('')
}

function combinations({ service, cluster }: Place): Labels[] {
  return [service, `not-${service}`].flatMap(app =>
    [cluster, `${cluster}-b`, `${cluster}-c`].flatMap(cluster =>
      ['stable', 'canary', 'baseline'].flatMap(track =>
        ['sha256:new', 'sha256:old'].map(digest => ({ app, cluster, track, digest })),
      ),
    ),
  )
}
