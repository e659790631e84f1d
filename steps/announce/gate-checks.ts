import type { CheckContent } from '../../github/index.ts'
import {
  type AnalysisQuery,
  protocol,
  quarantined,
  type Release,
  type State,
  sameRelease,
} from '../../gitops/promotion/index.ts'
import { cell } from '../../markdown/index.ts'
import type { AnalysisEnd } from '../promote/index.ts'
import type { Manner } from './check-runs.ts'
import { waveOf } from './moves.ts'
import { tellAccount } from './verdicts.ts'

/** The check run of one app, release and cluster gate, as it should be. */
export type GateCheck = { release: Release; cluster: string; content: CheckContent; manner: Manner }

type Gate = { app: string; wave: string; cluster: string; release: Release }

/** Makes the check runs of gates. `runUrl` is where the run is watched; `fileOf` names files of the GitOps root. */
export function gateChecks(runUrl: string | undefined, fileOf: (file: string) => string | undefined) {
  function check(gate: Gate, startedAt: number, told: Told, manner: Manner): GateCheck {
    const { app, wave, cluster, release } = gate
    const content = {
      name: `${app} / ${wave} / ${cluster}`,
      externalId: `stovepipe/${app}/${wave}/${cluster}/${release.digest.slice(0, 23)}/${release.base.slice(0, 7)}`,
      ...(runUrl !== undefined && { detailsUrl: runUrl }),
      startedAt,
      ...told,
    }
    return { release, cluster, content, manner }
  }

  return {
    /** Undefined where the record at HEAD has no release under way, which an analysis could be of. */
    gateOf(state: State, cluster: string): Gate | undefined {
      const { current } = state.record
      const wave = waveOf(state, cluster)
      return current && wave !== undefined ? { app: state.app, wave, cluster, release: current.release } : undefined
    },
    started(gate: Gate, { analysis: { templates } }: AnalysisQuery, at: number): GateCheck {
      const summary = `${cell(gate.release.tag)} is analysed on ${cell(gate.cluster)} with ${cell(templates.join(', '))}.`
      return check(gate, at, { state: { kind: 'in_progress' }, title: 'Being analysed', summary }, 'always')
    },
    ended(gate: Gate, query: AnalysisQuery, startedAt: number, end: AnalysisEnd, isCancelled: boolean): GateCheck {
      return check(gate, startedAt, endOf(query, end, isCancelled, fileOf), 'always')
    },
    /**
     * What the record at HEAD knows of verdicts, and of gates of releases before that were left without one: for what a
     * run did not live to tell.
     */
    recorded(state: State): GateCheck[] {
      return Object.keys(state.record.clusters).flatMap(cluster => {
        const gate = this.gateOf(state, cluster)
        if (!gate) return []
        const told = recordOf(state, gate)
        return [
          ...(told ? [check(gate, told.startedAt, told.told, told.manner)] : []),
          ...leftBehind(state, gate).map(release => {
            const { startedAt, told } = gaveWay(state, { ...gate, release })
            return check({ ...gate, release }, startedAt, told, 'if-left-open')
          }),
        ]
      })
    },
  }
}

type Told = Pick<CheckContent, 'state' | 'title' | 'summary' | 'text' | 'annotations'>

function endOf(
  { analysis }: AnalysisQuery,
  end: AnalysisEnd,
  isCancelled: boolean,
  fileOf: (file: string) => string | undefined,
): Told {
  const { at } = end
  switch (end.kind) {
    case 'judged': {
      const verdict = protocol.weighAnalysis(end.judgement, analysis)
      const { requests } = end.judgement
      const counted = requests === undefined ? [] : [`${Math.floor(requests)} requests were seen meanwhile.`]
      switch (verdict.kind) {
        case 'passed':
          return tellAccount({ conclusion: 'success', title: 'Judged good', at }, end.account, fileOf, counted)
        case 'bad':
          return tellAccount({ conclusion: 'failure', title: 'Judged bad', at }, end.account, fileOf, counted)
        case 'again':
          return tellAccount({ conclusion: 'neutral', title: 'No verdict', at }, end.account, fileOf, [verdict.reason])
      }
      return verdict satisfies never
    }
    case 'refused':
      return closed('neutral', 'Cannot be analysed', end.reason, at)
    case 'stopped':
      return isCancelled
        ? closed('cancelled', 'Cancelled', 'The run was cancelled; the next one goes on.', at)
        : closed('neutral', 'Stopped', 'The analysis was stopped before it came to a verdict.', at)
  }
}

function closed(
  conclusion: 'neutral' | 'cancelled' | 'success' | 'failure',
  title: string,
  reason: string,
  at: number,
) {
  return { state: { kind: 'completed' as const, conclusion, at }, title, summary: cell(reason) }
}

function recordOf(state: State, { cluster, release }: Gate) {
  const entry = state.record.clusters[cluster]
  const { current, suspended } = state.record
  if (!entry || !current) return undefined
  const [newest] = entry.accepted
  const latest = sameRelease(newest?.release, release) ? newest : undefined
  const analysis = latest ? latest.evidence?.analysis : entry.gate?.passed
  const pinnedAt = sameRelease(entry.pin?.to, release) ? entry.pin?.at : undefined
  const startedAt = Date.parse(
    latest?.evidence?.healthySince ?? entry.gate?.healthySince ?? pinnedAt ?? current.admittedAt,
  )
  if (analysis) {
    const at = Date.parse(latest?.at ?? current.admittedAt)
    const told = closed('success', 'Judged good', analysis.message, Math.max(at, startedAt))
    return { startedAt, told, manner: 'if-it-differs' as const }
  }
  if (entry.gate) return undefined // it is being judged, or will be
  const { rollback, blamed, reason = suspended?.reason ?? 'its gate was closed' } = current
  const refused = quarantined(state.quarantine, release)
  const at = Date.parse(rollback?.at ?? refused?.at ?? suspended?.at ?? current.admittedAt)
  if (blamed === cluster && (rollback || refused)) {
    const told = closed('failure', refused ? 'Judged bad' : 'No verdict in time', rollback?.reason ?? reason, at)
    return { startedAt: Math.min(startedAt, at), told, manner: 'if-it-differs' as const }
  }
  const told = closed('neutral', 'Stopped', reason, at)
  return { startedAt: Math.min(startedAt, at), told, manner: 'if-left-open' as const }
}

/**
 * Releases that a cluster held last before the one under way, or holds still, and that it never accepted; with their
 * source, which a pin does not tell, where the record has it.
 */
function leftBehind({ record }: State, { cluster, release }: Gate): Release[] {
  const { pin, accepted = [] } = record.clusters[cluster] ?? {}
  if (!pin) return []
  const { to, from } = pin
  const held = typeof from === 'string' || sameRelease(from, to) ? [to] : [to, from]
  return held
    .filter(each => ![release, ...accepted.map(({ release }) => release)].some(one => sameRelease(one, each)))
    .map(each => record.admitted.find(one => sameRelease(one, each)) ?? each)
}

function gaveWay({ record, quarantine }: State, { cluster, release }: Gate) {
  const { current, clusters } = record
  const pin = clusters[cluster]?.pin
  const at = Date.parse(current?.admittedAt ?? '')
  const startedAt = pin && sameRelease(pin.to, release) ? Math.min(Date.parse(pin.at), at) : at
  const refused = quarantined(quarantine, release)
  if (refused) return { startedAt, told: closed('failure', 'Refused', refused.reason, at) }
  const by = current?.release.tag ?? 'another release'
  return { startedAt, told: closed('neutral', 'Stopped', `${by} took its place before there was a verdict`, at) }
}
