import { waveClusters } from '../fleet/index.ts'
import type { Judge, Observer } from './ports.ts'
import type { UnderWay } from './record.ts'
import type { State } from './state.ts'
import type { Edit } from './step.ts'

/**
 * Throws a ConfigurationError where a release would come to a cluster and nobody could be asked about it there: known
 * before the first commit, it costs nothing; after that, every run would end on it. Without an observer, only what the
 * analyses of gates need is looked at.
 */
export function requireAskable({ fleet, pipeline }: State, ports: { observer?: Observer; judge: Judge }): void {
  for (const wave of pipeline.waves) {
    for (const cluster of waveClusters(wave, fleet.clusters)) {
      if (cluster.state !== 'active' && cluster.state !== 'joining') continue
      ports.observer?.requireAskable?.(cluster)
      if (wave.gate.analysis) ports.judge.requireAskable?.(cluster)
    }
  }
}

/** Whether a step brings a release to clusters where it is to be seen; a rollback goes whatever can be seen. */
export function brings({ pins = [], record }: Edit): boolean {
  const goesBack: readonly (UnderWay['phase'] | undefined)[] = ['rolling-back', 'rolled-back', 'rollback-failed']
  return pins.length > 0 && !goesBack.includes(record.current?.phase)
}
