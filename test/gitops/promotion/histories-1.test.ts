import { expect, test } from '@jest/globals'
import { playMany } from './histories/play.ts'

// Half of ten thousand histories; the other half is in a file of its own, so that two cores share them.
test('no history breaks a promise, whatever is killed, raced or unreachable on the way', async () => {
  const tallies = await playMany(1, 5000)
  expect(tallies.histories).toBe(5000)
  expect(tallies.wrotePrimary).toBeGreaterThanOrEqual(500)
  expect(tallies.rolledBack).toBeGreaterThanOrEqual(500)
  expect(tallies.killedAfterVerdict).toBeGreaterThanOrEqual(500)
  expect(tallies.approved).toBeGreaterThanOrEqual(500)
}, 900_000)
