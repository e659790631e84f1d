import { expect, test } from '@jest/globals'
import { type Health, type Judgement, protocol } from '../../../gitops/promotion/index.ts'
import { judged } from './stage.ts'

const minute = 60_000
const metric = { name: 'errors', dryRun: false, complete: true, finite: true }
const gate = { templates: ['golden'], args: {}, minimumRequests: 100, requests: 'r' }

test.each<[string, Judgement, unknown]>([
  ['Successful, sound, on enough requests', judged('Successful'), { kind: 'passed' }],
  ['exactly as many requests as asked', judged('Successful', { requests: 100 }), { kind: 'passed' }],
  ['Failed', judged('Failed'), { kind: 'bad' }],
  ['Failed on few requests', judged('Failed', { requests: 1 }), { kind: 'bad' }],
  ['Inconclusive', judged('Inconclusive'), { kind: 'again', counts: true }],
  ['Error', judged('Error'), { kind: 'again', counts: false }],
  ['too few requests', judged('Successful', { requests: 99.9 }), { kind: 'again', counts: false }],
  ['requests that nobody could count', withoutRequests(), { kind: 'again', counts: false }],
  ['terminated, which the controller calls Successful', judged('Successful', { terminated: true }), again],
  ['no metric at all', judged('Successful', { metrics: [] }), again()],
  ['only dry runs', judged('Successful', { metrics: [{ ...metric, dryRun: true }] }), again()],
  ['cut short', judged('Successful', { metrics: [metric, { ...metric, complete: false }] }), again()],
  ['a value that is not finite', judged('Successful', { metrics: [{ ...metric, finite: false }] }), again()],
  [
    'a dry run that was cut short',
    judged('Successful', { metrics: [metric, { ...metric, dryRun: true, complete: false, finite: false }] }),
    { kind: 'passed' },
  ],
])('an analysis that was %s', (_, judgement, verdict) => {
  const expected = typeof verdict === 'function' ? verdict() : verdict
  expect(protocol.weighAnalysis(judgement, gate)).toMatchObject(expected)
})

test('a gate that asks for no requests needs no counter', () => {
  expect(protocol.weighAnalysis(withoutRequests(), { ...gate, minimumRequests: 0 })).toEqual({ kind: 'passed' })
})

test.each<[string, Health, number | undefined, unknown]>([
  [
    'healthy',
    { kind: 'healthy', replicas: 1, provesSync: false, detail: '' },
    undefined,
    { kind: 'healthy', measurable: true },
  ],
  [
    'scaled to zero',
    { kind: 'scaled-to-zero', provesSync: true, detail: '' },
    0,
    { kind: 'healthy', measurable: false },
  ],
  ['degraded before it took over the pin', { kind: 'degraded', reason: 'crash' }, undefined, { kind: 'again' }],
  ['degraded after it took over the pin', { kind: 'degraded', reason: 'crash' }, 0, { kind: 'bad', reason: 'crash' }],
  ['progressing, never synced', { kind: 'progressing', reason: 'wait' }, undefined, { kind: 'again' }],
  ['progressing in time', { kind: 'progressing', reason: 'wait' }, 55 * minute, { kind: 'again' }],
  ['progressing too long', { kind: 'progressing', reason: 'wait' }, 54 * minute, { kind: 'bad' }],
  ['aborted', { kind: 'aborted', reason: 'the Rollout was aborted' }, undefined, { kind: 'bad' }],
  ['undecided', { kind: 'undecided', reason: 'paused by an inconclusive analysis' }, 0, { kind: 'again' }],
  ['out of reach', { kind: 'unknown', reason: 'no route to host' }, 0, { kind: 'again' }],
])('a cluster that is %s', (_, health, syncedAt, verdict) => {
  const at = { now: 60 * minute, timeout: 5 * minute, ...(syncedAt !== undefined && { syncedAt }) }
  expect(protocol.weighHealth(health, at)).toMatchObject(verdict as object)
})

function again() {
  return { kind: 'again', counts: true }
}

function withoutRequests(): Judgement {
  const { requests: _unknown, ...judgement } = judged('Successful')
  return judgement
}
