import { type Argument, cluster, reference } from '../argument.ts'
import { atLeast } from '../judge.ts'
import { type Matchers, select } from '../selector.ts'
import type { Signal } from '../signal.ts'

const cache: Argument = { name: 'cache', about: 'the label job of the cache' }
const minLookups: Argument = {
  name: 'min-lookups',
  value: '100',
  about: 'fewer lookups in one window prove nothing: inconclusive',
}

export type CacheOptions = {
  /** Counters of lookups that were answered, and that were not; redis_exporter's when left out. */
  hits?: string
  misses?: string
  /** Selects the cache on the cluster that is judged. */
  series?: Matchers
  args?: readonly Argument[]
  min?: number
}

/** The part of the lookups that a cache answered, from 0 to 1, at least `min` (0.8 when left out). */
export function cacheHitRatio({
  hits = 'redis_keyspace_hits_total',
  misses = 'redis_keyspace_misses_total',
  series = { cluster: reference(cluster), job: reference(cache) },
  args = [cluster, cache],
  min = 0.8,
}: CacheOptions = {}): Signal {
  const limit = { name: 'min-hit-ratio', value: String(min), about: 'lookups that the cache answers, from 0 to 1' }
  return {
    name: 'cache-hit-ratio',
    question: 'How many lookups does the cache answer?',
    noTraffic: 'inconclusive: a cache that nobody asks may be one that was left out by mistake',
    notes: 'A cache that has just started is cold: begin to measure when it is warm.',
    query: window => {
      const [hit, missed] = [
        `sum(increase(${select(hits, series)}[${window}]))`,
        `sum(increase(${select(misses, series)}[${window}]))`,
      ]
      return [
        '(',
        `  ${hit}`,
        `  / (${hit} + ${missed})`,
        ')',
        `and ${hit} + ${missed} >= ${reference(minLookups)}`,
      ].join('\n')
    },
    judgement: atLeast(reference(limit)),
    args: [...args, minLookups, limit],
  }
}
