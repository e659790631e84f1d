import { expect, test } from '@jest/globals'
import { readFleet } from '../../../gitops/fleet/index.ts'
import type { ServerState } from '../../../gitops/traffic/index.ts'
import { balance } from '../../../steps/traffic/index.ts'
import { fleetTree } from './fleet.ts'

const roles = { a: 'canary', b: 'canary', c: 'primary', d: 'primary', e: 'primary' } as const

const fleet = (active: readonly string[]) =>
  readFleet(fleetTree({ address: 'unix:/run/haproxy.sock', roles, active, others: 'draining' }))

/** Servers with a weight of 100, save for what is said of them. */
function servers(states: Readonly<Record<string, Partial<ServerState>>>): ReadonlyMap<string, ServerState> {
  const state = { weight: 100, drained: false, sessions: 0, admin: 'ready', down: false, backup: false } as const
  return new Map(Object.entries(states).map(([name, own]) => [name, { ...state, ...own }]))
}

const cure = 'Make another cluster active first, or insist with --force and a --reason'

test.each([
  {
    what: 'the last primary',
    active: ['a', 'c'],
    there: { a: {}, c: {}, d: {} },
    drain: 'c',
    reason: 'c is the last active primary that takes traffic: the canaries would take all traffic',
    forced: { a: 256 },
  },
  {
    what: 'the last canary',
    active: ['a', 'c'],
    there: { a: {}, b: {}, c: {} },
    drain: 'a',
    reason: 'a is the last active canary that takes traffic: no release could be judged',
    forced: { c: 256 },
  },
  {
    what: 'a primary beside one in maintenance',
    active: ['a', 'c', 'd'],
    there: { a: {}, c: {}, d: { admin: 'maintenance' } },
    drain: 'c',
    reason: 'c is the last active primary that takes traffic: the canaries would take all traffic',
    forced: { a: 256 },
  },
  {
    what: 'a primary beside one whose health check fails',
    active: ['a', 'c', 'd'],
    there: { a: {}, c: {}, d: { down: true } },
    drain: 'c',
    reason: 'c is the last active primary that takes traffic: the canaries would take all traffic',
    forced: { a: 13, d: 247 },
  },
  {
    what: 'a primary beside one that has no server',
    active: ['a', 'c', 'e'],
    there: { a: {}, c: {} },
    drain: 'c',
    reason: 'c is the last active primary that takes traffic: the canaries would take all traffic',
    forced: { a: 256 },
  },
] as const)('$what is drained only by force', ({ active, there, drain, reason, forced }) => {
  const { refusal } = balance(fleet(active), servers(there), { cluster: drain, force: false })
  expect(refusal).toEqual({ reason, cure })
  const insisted = balance(fleet(active), servers(there), { cluster: drain, force: true })
  expect(insisted.refusal).toBeUndefined()
  expect(Object.fromEntries(insisted.weights)).toEqual(forced)
})

test.each([
  { what: 'one of two primaries', active: ['a', 'c', 'd'], there: { a: {}, c: {}, d: {} }, drain: 'c' },
  { what: 'one that Git has out already', active: ['a', 'c'], there: { a: {}, c: {}, d: {} }, drain: 'd' },
  {
    what: 'one in maintenance, though it is the last',
    active: ['a', 'b', 'c'],
    there: { a: {}, b: {}, c: { admin: 'maintenance' } },
    drain: 'c',
  },
  {
    what: 'one that fails its health check, though it is the last',
    active: ['a', 'c'],
    there: { a: {}, c: { down: true } },
    drain: 'c',
  },
] as const)('$what is drained without force', ({ active, there, drain }) => {
  expect(balance(fleet(active), servers(there), { cluster: drain, force: false }).refusal).toBeUndefined()
})

test.each([
  {
    what: 'a primary beside another: the canaries have their share of the rest',
    active: ['a', 'c', 'e'],
    there: { a: {}, c: {}, d: {} },
    weights: { a: 13, c: 247 },
  },
  { what: 'the only canary', active: ['b', 'c', 'd'], there: { a: {}, c: {}, d: {} }, weights: { c: 256, d: 256 } },
  {
    what: 'a primary, while another server is of no cluster',
    active: ['a', 'c', 'e'],
    there: { a: {}, c: {}, old: { weight: 9 }, out: { weight: 9, admin: 'drain' }, spare: { backup: true } },
    weights: { a: 13, c: 247, old: 9, out: 0 },
  },
] as const)('without the server of $what', ({ active, there, weights }) => {
  const wanted = balance(fleet(active), servers(there))
  expect(wanted.refusal).toBeUndefined()
  expect(wanted.missing).toEqual({
    reason: expect.stringMatching(/^the load balancer has no server named [be]; it has a, c, /),
    cure: 'Add it to the backend, named as the cluster, or make the cluster inactive',
  })
  expect(Object.fromEntries(wanted.weights)).toEqual(weights)
})

test.each([
  { what: 'the only primary', active: ['a', 'e'], there: { a: {}, c: {} } },
  { what: 'the only cluster', active: ['e'], there: { a: {}, c: {} } },
  { what: 'all that is active', active: ['b', 'e'], there: { a: {}, c: {} } },
] as const)('without the server of $what nothing may be applied', ({ active, there }) => {
  expect(balance(fleet(active), servers(there)).refusal).toEqual({
    reason: expect.stringMatching(/^the load balancer has no server named (e|b, e); it has a, c$/),
    cure: expect.stringMatching(/^Add it to the backend/),
  })
})
