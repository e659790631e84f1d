import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { applyWeights, haproxy, type LoadBalancer, type ServerState, untilIdle } from '../../../gitops/traffic/index.ts'
import { systemClock } from '../../../host/index.ts'
import { type Balanced, startBalanced } from './haproxy-process.ts'

/** A check that fails takes `brittle` down at once, and `tough` never. */
const options = {
  tough: 'check inter 20ms fall 100000 rise 1',
  brittle: 'check inter 20ms fall 1 rise 1',
}
const names = Object.keys(options)
let balanced: Balanced
let balancer: LoadBalancer

beforeAll(async () => {
  balanced = await startBalanced(names, options)
  balancer = haproxy(balanced.runtime, 'fleet')
  for (const name of names) await balancer.setWeight(name, 10)
})
afterAll(() => balanced.stop())

const answers = [
  { reason: 'Not ready, later' },
  { reason: 'Starting, wait, please' },
  { reason: 'Not "ready", later' },
  { reason: '"' },
  { reason: ',,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,' },
]

test.each(answers)('a check that fails with $reason hides no weight, and no drain is finished early', async asked => {
  balanced.answerChecks('tough', 503, asked.reason)
  await until(async () => (await balanced.command('show stat fleet 4 -1')).includes(`"${quoted(asked.reason)}"`))
  expect(await stateOf('tough')).toMatchObject({ weight: 10, admin: 'ready', drained: false, down: false })
  expect(await untilIdle(balancer, 'tough', { clock: systemClock, timeout: 0 })).toEqual({ kind: 'busy', sessions: 0 })
  expect(await applyWeights(balancer, new Map(names.map(name => [name, 10])))).toEqual([])
})

const quoted = (text: string) => text.replaceAll('"', '""')

async function stateOf(server: string): Promise<ServerState | undefined> {
  return (await balancer.servers()).get(server)
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await holds()); tries++) {
    if (tries > 250) throw new Error('it did not come to that')
    await systemClock.sleep(20)
  }
}
