import { expect, test } from '@jest/globals'
import { protocol, type Rules } from '../../../gitops/promotion/index.ts'
import { caught } from './histories/play.ts'

/** How many histories a wrong rule has to betray itself in. */
const enough = 1000

/** One wrong rule for each row of the verdict table and each numbered rule of the protocol. */
const mutants: readonly [string, Partial<Rules>][] = [
  ['always blocked: no cluster takes releases', { receiving: () => [] }],
  ['1: an attempt that is killed does not count', { countAttempt: (progress, running) => ({ ...progress, running }) }],
  [
    '2: an older image is admitted after a newer one',
    { decideAdmission: (state, offer) => protocol.decideAdmission(state, offer, { redeploy: true }) },
  ],
  [
    '2: quarantine is not looked up',
    {
      decideAdmission: (state, offer, how) => protocol.decideAdmission({ ...state, quarantine: [] }, offer, how),
      quarantined: () => undefined,
    },
  ],
  ['3: a release gives way in the middle of a wave', { mayYield: () => true }],
  ['4: what a person edited is overwritten', { editedByHand: () => false }],
  [
    '5: a pin that is not synced yet is judged by its health',
    {
      weighHealth: (health, at) => protocol.weighHealth(health, { ...at, syncedAt: at.syncedAt ?? 0 }),
    },
  ],
  ['6: a dead canary is measured', { weighHealth: () => ({ kind: 'healthy', measurable: true }) }],
  ['7: slots are not kept', { slotTakenBy: () => undefined }],
  [
    '8: degraded is no verdict',
    {
      weighHealth: (health, at) =>
        health.kind === 'degraded' ? { kind: 'again', reason: 'degraded' } : protocol.weighHealth(health, at),
    },
  ],
  [
    '8: not healthy in time is no verdict',
    {
      weighHealth: (health, at) => protocol.weighHealth(health, { ...at, timeout: Number.POSITIVE_INFINITY }),
    },
  ],
  [
    '8: an aborted Rollout is no verdict',
    {
      weighHealth: (health, at) =>
        health.kind === 'aborted' ? { kind: 'again', reason: 'aborted' } : protocol.weighHealth(health, at),
    },
  ],
  [
    '8: an API out of reach is a verdict',
    {
      weighHealth: (health, at) =>
        health.kind === 'unknown' ? { kind: 'bad', reason: health.reason } : protocol.weighHealth(health, at),
    },
  ],
  [
    '8: scaled to zero is measured',
    {
      weighHealth: (health, at) =>
        health.kind === 'scaled-to-zero' ? { kind: 'healthy', measurable: true } : protocol.weighHealth(health, at),
    },
  ],
  [
    '8: a failed analysis is no verdict',
    {
      weighAnalysis: (judgement, gate) =>
        judgement.phase === 'Failed'
          ? { kind: 'again', reason: 'failed', counts: true }
          : protocol.weighAnalysis(judgement, gate),
    },
  ],
  [
    '8: an inconclusive analysis passes',
    {
      weighAnalysis: (judgement, gate) =>
        judgement.phase === 'Inconclusive' ? { kind: 'passed' } : protocol.weighAnalysis(judgement, gate),
    },
  ],
  [
    '8: an inconclusive analysis is a verdict',
    {
      weighAnalysis: (judgement, gate) =>
        judgement.phase === 'Inconclusive' ? { kind: 'bad', reason: 'x' } : protocol.weighAnalysis(judgement, gate),
    },
  ],
  [
    '8: an analysis that could not measure is a verdict',
    {
      weighAnalysis: (judgement, gate) =>
        judgement.phase === 'Error' ? { kind: 'bad', reason: 'x' } : protocol.weighAnalysis(judgement, gate),
    },
  ],
  [
    '8: too few requests are enough',
    {
      weighAnalysis: (judgement, gate) => protocol.weighAnalysis({ ...judgement, requests: 1e9 }, gate),
    },
  ],
  [
    '8: nobody needs to approve',
    { approvalOf: (_, { name }) => ({ wave: name, environment: 'production', by: 'nobody', at: '', run: '' }) },
  ],
  ['8: what was approved after one wave is approved after all', { approvalOf: ({ approvals }) => approvals?.[0] }],
  [
    '8: an approval is taken for whatever is under way',
    { decideApproval: (state, { wave, by }, rules) => protocol.decideApproval(state, { wave, by }, rules) },
  ],
  [
    '9: the wrong image is refused',
    {
      quarantineEntry: (release, before, why) => {
        const entry = protocol.quarantineEntry(release, before, why)
        return entry && { ...entry, digest: `sha256:${'0'.repeat(64)}`, source: '0'.repeat(40) }
      },
    },
  ],
  [
    '9: only the pair is refused where the image was to blame',
    { quarantineEntry: (release, _, why) => protocol.quarantineEntry(release, { ...release, base: '' }, why) },
  ],
  [
    '9: what was good before is refused with the same image of another commit',
    {
      quarantineEntry: (release, before, why) =>
        protocol.quarantineEntry(release, before && { ...before, base: '' }, why),
    },
  ],
  [
    '9: the image is refused where only its configuration was to blame',
    { quarantineEntry: (release, _, why) => protocol.quarantineEntry(release, undefined, why) },
  ],
  [
    '10: a person gets back what was never accepted there',
    {
      findChosen: (state, choice) => {
        const found = protocol.findChosen(state, choice)
        const [newest] = state.record.admitted
        if (found.kind === 'stop' || !newest) return found
        const [first, ...rest] = found.restore
        return { ...found, restore: [{ ...first, release: newest }, ...rest] }
      },
    },
  ],
  [
    '10: a rollback on chosen clusters is one on all',
    { findChosen: (state, { clusters: _, ...choice }) => protocol.findChosen(state, choice) },
  ],
  ['10: nothing is restored', { findRestoration: () => ({ restore: [], stuck: [] }) }],
  [
    '10: only one cluster is restored',
    {
      findRestoration: (state, release, quarantine) => {
        const { restore, stuck } = protocol.findRestoration(state, release, quarantine)
        return { restore: restore.slice(0, 1), stuck }
      },
    },
  ],
  ['10: what went back stays accepted', { withdrawAcceptances: record => record }],
  [
    '11: draining clusters receive releases',
    {
      receiving: (state, wave) =>
        protocol.receiving(
          {
            ...state,
            fleet: { ...state.fleet, clusters: state.fleet.clusters.map(cluster => ({ ...cluster, state: 'active' })) },
          },
          wave,
        ),
    },
  ],
  ['11: primaries need no evidence', { findEvidence: () => ({ kind: 'complete' }) }],
  [
    '11: a newcomer receives what is under way',
    {
      fleetRelease: state => state.record.current?.release,
    },
  ],
  [
    '12: a run waits for one that was killed',
    { ownerOf: (running, _, seen) => (running.run === seen.run ? 'mine' : 'other') },
  ],
  [
    '12: a run takes what another is at for killed',
    { ownerOf: (running, _, seen) => (running.run === seen.run ? 'mine' : 'gone') },
  ],
]

test.each(mutants)(
  'a protocol in which %s is caught',
  async (_, altered) => {
    const seed = await caught({ ...protocol, ...altered }, enough)
    expect(seed).toBeDefined()
  },
  120_000,
)
