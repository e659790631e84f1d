import { expect, test } from '@jest/globals'
import { type LoadBalancer, LoadBalancerError, type ServerState, untilIdle } from '../../../gitops/traffic/index.ts'
import type { Clock } from '../../../host/index.ts'

/** An answer to each poll, 100 ms apart: how many sessions are left, `taking` new ones with it, or none at all. */
type Answer = number | 'taking' | 'missed' | 'no server'

function answering(answers: readonly Answer[]): { balancer: LoadBalancer; clock: Clock } {
  let [now, asked] = [0, 0]
  const server = (answer: Answer | undefined): [string, ServerState][] => {
    if (answer === 'no server') return []
    const sessions = typeof answer === 'number' ? answer : 0
    const drained = answer !== 'taking'
    return [['c', { weight: drained ? 0 : 1, drained, sessions, admin: 'ready', down: false, backup: false }]]
  }
  const refuse = async () => {
    throw new Error('nothing is to be set')
  }
  return {
    balancer: {
      servers: async () => {
        const answer = answers[asked++]
        if (answer === undefined) throw new Error('asked too often')
        if (answer === 'missed') throw new LoadBalancerError(`no answer to question ${asked}`)
        return new Map(server(answer))
      },
      setWeight: refuse,
      drain: refuse,
      ready: refuse,
    },
    clock: {
      now: () => now,
      sleep: async ms => {
        now += ms
      },
    },
  }
}

test.each<{ what: string; answers: readonly Answer[]; is: unknown }>([
  { what: 'no session from the start', answers: [0], is: { kind: 'drained' } },
  { what: 'sessions that end', answers: [2, 1, 0], is: { kind: 'drained' } },
  { what: 'sessions that do not', answers: [2, 2, 2, 1], is: { kind: 'busy', sessions: 1 } },
  { what: 'one that takes new ones', answers: ['taking', 'taking', 0], is: { kind: 'drained' } },
  { what: 'an answer that is missed, and then comes', answers: ['missed', 1, 'missed', 0], is: { kind: 'drained' } },
  {
    what: 'no answer until the end',
    answers: [1, 'missed', 'missed', 'missed'],
    is: { kind: 'unseen', reason: 'no answer to question 4' },
  },
  {
    what: 'a server that is gone',
    answers: [1, 'no server', 'no server', 'no server'],
    is: { kind: 'unseen', reason: 'the load balancer has no server named c' },
  },
])('$what', async ({ answers, is }) => {
  const { balancer, clock } = answering(answers)
  expect(await untilIdle(balancer, 'c', { clock, timeout: 300 })).toEqual(is)
})

test('what is no missed answer is not waited out', async () => {
  const { balancer, clock } = answering([1])
  await expect(untilIdle(balancer, 'c', { clock, timeout: 300 })).rejects.toThrow('asked too often')
})
