import type { Cluster, Gate } from '../fleet/index.ts'
import type { Context } from './context.ts'
import { analysisKey } from './observations.ts'
import type { ReservedArguments } from './ports.ts'
import { clusterRecord, type GateProgress, type UnderWay } from './record.ts'
import { sameRelease } from './release.ts'
import type { AnalysisWish } from './step.ts'

/** The analysis that this run plays, or should play, on a cluster: the one whose start it recorded. */
export function playing(
  { state, seen }: Context,
  current: UnderWay,
  cluster: Cluster,
  gate: Gate,
  { running, attempts, healthySince }: GateProgress,
): AnalysisWish | undefined {
  if (!gate.analysis || !running || healthySince === undefined || running.run !== seen.run) return undefined
  const { repository, tag, digest } = current.release
  const image = { repository, tag, digest }
  const { accepted } = clusterRecord(state.record, cluster.name)
  const stable = accepted.find(({ release }) => !sameRelease(release, current.release))?.release
  const reserved: ReservedArguments = {
    cluster: cluster.name,
    role: cluster.role ?? 'none',
    track: cluster.role === 'canary' ? 'canary' : 'stable',
    tag: image.tag,
    digest: image.digest,
    'stable-digest': stable?.digest ?? 'none',
    'started-at': running.at,
  }
  const query = {
    app: state.app,
    cluster,
    image,
    analysis: gate.analysis,
    reserved,
    healthySince: Date.parse(healthySince),
  }
  return { key: analysisKey(cluster.name, attempts, running), after: 0, query }
}
