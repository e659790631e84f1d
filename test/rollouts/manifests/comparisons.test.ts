import { describe } from '@jest/globals'
import {
  baseline,
  besideBaseline,
  errorsAgainst,
  latencyAgainst,
  stable,
  track,
  trafficAgainst,
} from '../../../rollouts/manifests/index.ts'
import { againstBaseline, againstStable, type Fare, mixture, type Roles, withinCluster } from './http-world.ts'
import { type Case, judged } from './play.ts'

/** What is not compared is worse than anything, and much more of it: it must be seen on neither side. */
const decoy = { rps: 200, errors: 0.5, seconds: 2 }
const first = { 'stable-digest': 'none' }

const worldOf =
  (roles: Roles) =>
  (release?: Fare, other?: Fare): Case['world'] =>
    mixture(roles, { ...(release && { judged: release }), ...(other && { other }), decoy })

describe('errors against stable', () => {
  const world = worldOf(againstStable)
  judged('errors', errorsAgainst(stable), [
    { name: 'as few fail', world: world({ rps: 5, errors: 0.01 }, { rps: 50, errors: 0.01 }), verdict: 'Successful' },
    { name: 'both are as bad', world: world({ rps: 5, errors: 0.1 }, { rps: 50, errors: 0.1 }), verdict: 'Successful' },
    { name: 'more fail', world: world({ rps: 10, errors: 0.06 }, { rps: 50, errors: 0.001 }), verdict: 'Failed' },
    {
      name: 'perhaps more fail',
      world: world({ rps: 1, errors: 0.02 }, { rps: 50, errors: 0.001 }),
      verdict: 'Successful',
    },
    {
      name: 'nothing fails',
      world: world({ rps: 5, silentErrors: true }, { rps: 50, silentErrors: true }),
      verdict: 'Successful',
    },
    { name: 'a handful here', world: world({ rps: 0.2, errors: 1 }, { rps: 50 }), verdict: 'Inconclusive' },
    { name: 'a handful there', world: world({ rps: 5, errors: 1 }, { rps: 0.05 }), verdict: 'Inconclusive' },
    { name: 'no traffic here', world: world({ rps: 0 }, { rps: 50 }), verdict: 'Inconclusive' },
    { name: 'no series there', world: world({ rps: 5 }), verdict: 'Inconclusive' },
    { name: 'the first release', world: world({ rps: 5, errors: 0.1 }), verdict: 'Successful', args: first },
    { name: 'a restart under way', world: world({ rps: 5, resetAt: 360 }, { rps: 50 }), verdict: 'Successful' },
  ])
})

describe('errors against a baseline', () => {
  const world = worldOf(againstBaseline)
  judged('errors', errorsAgainst(baseline, { of: besideBaseline }), [
    { name: 'as few fail', world: world({ rps: 5, errors: 0.01 }, { rps: 2, errors: 0.01 }), verdict: 'Successful' },
    { name: 'more fail', world: world({ rps: 10, errors: 0.06 }, { rps: 2, errors: 0.001 }), verdict: 'Failed' },
    {
      name: 'nothing fails',
      world: world({ rps: 5, silentErrors: true }, { rps: 2, silentErrors: true }),
      verdict: 'Successful',
    },
    { name: 'a handful here', world: world({ rps: 0.2, errors: 1 }, { rps: 2 }), verdict: 'Inconclusive' },
    { name: 'no baseline', world: world({ rps: 5 }), verdict: 'Inconclusive' },
    { name: 'the first release', world: world({ rps: 5, errors: 0.1 }), verdict: 'Successful', args: first },
    { name: 'a restart under way', world: world({ rps: 5, resetAt: 360 }, { rps: 2 }), verdict: 'Successful' },
  ])
})

describe('errors against the stable pods of a Rollout', () => {
  const world = worldOf(withinCluster)
  judged('errors', errorsAgainst(track('stable'), { of: track('canary') }), [
    { name: 'as few fail', world: world({ rps: 5, errors: 0.01 }, { rps: 50, errors: 0.01 }), verdict: 'Successful' },
    { name: 'more fail', world: world({ rps: 5, errors: 0.06 }, { rps: 50, errors: 0.001 }), verdict: 'Failed' },
    {
      name: 'nothing fails',
      world: world({ rps: 5, silentErrors: true }, { rps: 5, silentErrors: true }),
      verdict: 'Successful',
    },
    { name: 'a handful here', world: world({ rps: 0.2, errors: 1 }, { rps: 50 }), verdict: 'Inconclusive' },
    { name: 'no traffic', world: world({ rps: 0 }, { rps: 0 }), verdict: 'Inconclusive' },
    { name: 'no canary', world: world(undefined, { rps: 5 }), verdict: 'Inconclusive' },
    { name: 'a restart under way', world: world({ rps: 5, resetAt: 360 }, { rps: 50 }), verdict: 'Successful' },
  ])
})

describe('latency against stable', () => {
  const world = worldOf(againstStable)
  judged('p90', latencyAgainst(stable, { quantile: 0.9, max: 1.5 }), [
    { name: 'as fast', world: world({ rps: 5, seconds: 0.04 }, { rps: 50, seconds: 0.04 }), verdict: 'Successful' },
    { name: 'both are slow', world: world({ rps: 5, seconds: 0.4 }, { rps: 50, seconds: 0.4 }), verdict: 'Successful' },
    { name: 'slower', world: world({ rps: 5, seconds: 0.2 }, { rps: 50, seconds: 0.04 }), verdict: 'Failed' },
    { name: 'a handful here', world: world({ rps: 0.2, seconds: 2 }, { rps: 50 }), verdict: 'Inconclusive' },
    { name: 'a handful there', world: world({ rps: 5, seconds: 2 }, { rps: 0.05 }), verdict: 'Inconclusive' },
    { name: 'no traffic', world: world({ rps: 0 }, { rps: 0 }), verdict: 'Inconclusive' },
    { name: 'no series there', world: world({ rps: 5 }), verdict: 'Inconclusive' },
    { name: 'the first release', world: world({ rps: 5, seconds: 2 }), verdict: 'Successful', args: first },
    { name: 'a restart under way', world: world({ rps: 5, resetAt: 360 }, { rps: 50 }), verdict: 'Successful' },
  ])
})

describe('traffic against stable', () => {
  const world = worldOf(againstStable)
  judged('traffic', trafficAgainst(stable), [
    { name: 'its share', world: world({ rps: 5 }, { rps: 15 }), verdict: 'Successful' },
    { name: 'far less than its share', world: world({ rps: 0.5 }, { rps: 50 }), verdict: 'Inconclusive' },
    { name: 'no traffic here', world: world({ rps: 0 }, { rps: 50 }), verdict: 'Inconclusive' },
    { name: 'no series here', world: world(undefined, { rps: 50 }), verdict: 'Inconclusive' },
    { name: 'no series there', world: world({ rps: 5 }), verdict: 'Inconclusive' },
    { name: 'no traffic at all', world: world({ rps: 0 }, { rps: 0 }), verdict: 'Inconclusive' },
    { name: 'the first release', world: world({ rps: 5 }), verdict: 'Successful', args: first },
    { name: 'a restart under way', world: world({ rps: 5, resetAt: 360 }, { rps: 15 }), verdict: 'Successful' },
  ])
})

describe('latency against a baseline', () => {
  const world = worldOf(againstBaseline)
  judged('p50', latencyAgainst(baseline, { of: besideBaseline, quantile: 0.5, max: 1.5 }), [
    { name: 'as fast', world: world({ rps: 5, seconds: 0.04 }, { rps: 5, seconds: 0.04 }), verdict: 'Successful' },
    { name: 'slower', world: world({ rps: 5, seconds: 0.2 }, { rps: 5, seconds: 0.04 }), verdict: 'Failed' },
    { name: 'a handful here', world: world({ rps: 0.2, seconds: 2 }, { rps: 5 }), verdict: 'Inconclusive' },
    { name: 'no baseline', world: world({ rps: 5 }), verdict: 'Inconclusive' },
    { name: 'the first release', world: world({ rps: 5, seconds: 2 }), verdict: 'Successful', args: first },
    { name: 'a restart under way', world: world({ rps: 5, resetAt: 360 }, { rps: 5 }), verdict: 'Successful' },
  ])
})

describe('traffic against a baseline', () => {
  const world = worldOf(againstBaseline)
  judged('traffic', trafficAgainst(baseline, { of: besideBaseline, min: 0.5 }), [
    { name: 'as much', world: world({ rps: 5 }, { rps: 10 }), verdict: 'Successful' },
    { name: 'far less', world: world({ rps: 1 }, { rps: 30 }), verdict: 'Inconclusive' },
    { name: 'no baseline', world: world({ rps: 5 }), verdict: 'Inconclusive' },
    { name: 'no traffic at all', world: world({ rps: 0 }, { rps: 0 }), verdict: 'Inconclusive' },
    { name: 'the first release', world: world({ rps: 5 }), verdict: 'Successful', args: first },
    { name: 'a restart under way', world: world({ rps: 5, resetAt: 360 }, { rps: 10 }), verdict: 'Successful' },
  ])
})
