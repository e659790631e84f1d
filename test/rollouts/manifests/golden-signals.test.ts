import { describe } from '@jest/globals'
import { errorRatio, latency, traffic } from '../../../rollouts/manifests/index.ts'
import { againstStable, type Fare, mixture } from './http-world.ts'
import { judged } from './play.ts'

/** Everything around the release is bad and has much more traffic: it must not be seen. */
const decoy = { rps: 200, errors: 0.5, seconds: 2 }
const world = (release?: Fare) => mixture(againstStable, { ...(release && { judged: release }), other: decoy, decoy })

describe('requests', () => {
  judged('requests', traffic(), [
    { name: 'enough', world: world({ rps: 5 }), verdict: 'Successful' },
    { name: 'too few', world: world({ rps: 0.2 }), verdict: 'Inconclusive' },
    { name: 'no traffic', world: world({ rps: 0 }), verdict: 'Inconclusive' },
    { name: 'no series', world: world(), verdict: 'Inconclusive' },
    { name: 'a restart under way', world: world({ rps: 5, resetAt: 360 }), verdict: 'Successful' },
  ])
})

describe('errors', () => {
  judged('errors', errorRatio(), [
    { name: 'few fail', world: world({ rps: 5, errors: 0.001 }), verdict: 'Successful' },
    { name: 'many fail', world: world({ rps: 5, errors: 0.05 }), verdict: 'Failed' },
    { name: 'just more than the limit', world: world({ rps: 5, errors: 0.011 }), verdict: 'Failed' },
    {
      name: 'as many as an app allows',
      world: world({ rps: 5, errors: 0.05 }),
      verdict: 'Successful',
      args: { 'max-error-ratio': '0.1' },
    },
    { name: 'no series of failures', world: world({ rps: 5, silentErrors: true }), verdict: 'Successful' },
    { name: 'a handful of requests', world: world({ rps: 0.2, errors: 0.5 }), verdict: 'Inconclusive' },
    { name: 'no traffic', world: world({ rps: 0 }), verdict: 'Inconclusive' },
    { name: 'no series', world: world(), verdict: 'Inconclusive' },
    { name: 'a restart under way', world: world({ rps: 5, errors: 0.001, resetAt: 360 }), verdict: 'Successful' },
    { name: 'a bad one restarts', world: world({ rps: 5, errors: 0.05, resetAt: 360 }), verdict: 'Failed' },
  ])
})

describe('latency', () => {
  judged('p90', latency({ quantile: 0.9, max: 0.1 }), [
    { name: 'fast', world: world({ rps: 5, seconds: 0.04 }), verdict: 'Successful' },
    { name: 'slow', world: world({ rps: 5, seconds: 0.4 }), verdict: 'Failed' },
    {
      name: 'slow, as an app allows',
      world: world({ rps: 5, seconds: 0.4 }),
      verdict: 'Successful',
      args: { 'max-latency-p90': '0.5' },
    },
    { name: 'a handful of requests', world: world({ rps: 0.2, seconds: 2 }), verdict: 'Inconclusive' },
    { name: 'no traffic', world: world({ rps: 0 }), verdict: 'Inconclusive' },
    { name: 'no series', world: world(), verdict: 'Inconclusive' },
    { name: 'a restart under way', world: world({ rps: 5, seconds: 0.04, resetAt: 360 }), verdict: 'Successful' },
  ])
})
