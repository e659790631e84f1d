import { ConfigurationError, type Place } from '../../configuration/index.ts'
import type { Cluster } from './cluster.ts'
import type { ClusterSelector, Wave } from './pipeline.ts'

/** The clusters a selector matches, whatever their state, in the order of their names. */
export function matchingClusters({ matchLabels, role }: ClusterSelector, clusters: readonly Cluster[]): Cluster[] {
  const wanted = Object.entries(matchLabels)
  return clusters.filter(
    cluster =>
      (role === undefined || cluster.role === role) && wanted.every(([key, value]) => cluster.labels[key] === value),
  )
}

/** The clusters of a wave, whatever their state, in the order of their names. */
export function waveClusters(wave: Wave, clusters: readonly Cluster[]): Cluster[] {
  return matchingClusters(wave.clusters, clusters)
}

/** What a selector asks for, as `selectClusters` takes it: `environment=prod and role=canary`. */
export function nameSelector({ matchLabels, role }: ClusterSelector): string {
  const asked = Object.entries({ ...matchLabels, ...(role && { role }) }).map(([key, value]) => `${key}=${value}`)
  return asked.join(' and ') || 'every cluster'
}

/** How many of `size` clusters a wave takes at a time: at least one, percentages rounded down, all by default. */
export function batchSize({ batch }: Wave, size: number): number {
  if (batch === undefined) return Math.max(1, size)
  if (typeof batch === 'number') return batch
  return Math.max(1, Math.floor((Number(batch.slice(0, -1)) / 100) * size))
}

/**
 * Picks clusters by what a person writes: names, globs (`prod-*`), and labels or fields (`environment=prod`,
 * `role=canary`). Several parts are united. Throws a ConfigurationError for a part that matches nothing.
 */
export function selectClusters(parts: readonly string[], clusters: readonly Cluster[], place: Place): Cluster[] {
  const picked = new Set<Cluster>()
  for (const part of parts) {
    const matches = clusters.filter(cluster => matchesPart(part, cluster))
    if (matches.length === 0) {
      throw new ConfigurationError({
        problem: 'no cluster matches',
        place,
        value: part,
        cure:
          clusters.length === 0
            ? 'clusters/ holds no cluster'
            : `clusters/ has ${clusters.map(({ name }) => name).join(', ')}; name=… globs and label=value work too`,
      })
    }
    for (const cluster of matches) picked.add(cluster)
  }
  return clusters.filter(cluster => picked.has(cluster))
}

function matchesPart(part: string, cluster: Cluster): boolean {
  const equals = part.indexOf('=')
  if (equals < 0) return matchesGlob(part, cluster.name)
  const [key, value] = [part.slice(0, equals), part.slice(equals + 1)]
  if (key === 'role') return cluster.role === value
  if (key === 'state') return cluster.state === value
  return cluster.labels[key] === value
}

/** `*` stands for any text. Matched piece by piece from the left, so that no pattern takes more than linear time. */
function matchesGlob(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*')
  const last = rest.pop()
  if (last === undefined) return text === pattern
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false
  let from = first.length
  for (const piece of rest) {
    const found = text.indexOf(piece, from)
    if (found < 0) return false
    from = found + piece.length
  }
  return from <= text.length - last.length
}
