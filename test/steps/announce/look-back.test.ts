import { expect, test } from '@jest/globals'
import { lookBack } from '../../../steps/announce/look-back.ts'

/** What is found missing of a row, newest first, in which `.` is shown as it should be; and how many were looked at. */
async function lookedAt(row: string): Promise<[missing: string, looks: number]> {
  let looks = 0
  const missing = await lookBack([...row], async item => {
    looks += 1
    return item === '.'
  })
  return [missing.join(''), looks]
}

test.each([
  ['nothing to look at', '', '', 0],
  ['all is right', '..........', '', 3],
  ['an outage that ended with the last run', 'abc......', 'cba', 6],
  ['an outage before what was told since', '..ab......', 'ba', 7],
  ['gaps in an outage', 'a.b..c......', 'cba', 9],
  ['nothing was ever told', 'abcdef', 'fedcba', 6],
])('%s', async (_, row, missing, looks) => {
  expect(await lookedAt(row)).toEqual([missing, looks])
})
