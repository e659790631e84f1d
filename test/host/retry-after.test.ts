import { expect, test } from '@jest/globals'
import { readRetryAfter, timeOfAnswer } from '../../host/index.ts'

const now = Date.UTC(2023, 10, 14, 22, 13, 20)
const times = (retryAfter: string | null | undefined, date?: string) => ({ retryAfter, date })

test.each<[string, number]>([
  ['0', 0],
  ['7', 7],
  [' 120 ', 120],
  ['007', 7],
  ['Tue, 14 Nov 2023 22:13:50 GMT', 30],
  ['Tuesday, 14-Nov-23 22:13:50 GMT', 30],
  ['Tue Nov 14 22:13:50 2023', 30],
  ['Sat Nov 18 22:13:20 2023', 4 * 86_400],
  ['Fri Dec  1 22:13:20 2023', 17 * 86_400],
  ['Thu, 29 Feb 2024 22:13:20 GMT', 107 * 86_400],
  ['Sun, 06 Nov 1994 08:49:37 GMT', 0],
  ['Sunday, 06-Nov-94 08:49:37 GMT', 0],
])('Retry-After: %s asks for %d seconds', (header, seconds) => {
  expect(readRetryAfter(times(header), now)).toBe(seconds * 1000)
})

test.each([
  '',
  '-1',
  '+7',
  '2.5',
  '1e3',
  '0x10',
  '7 s',
  '7, 7',
  '2023-11-14T22:13:50Z',
  '2023-11-14',
  'November 14, 2023 22:13:50',
  'Tue, 14 Nov 2023 22:13:50 UTC',
  'Tue, 14 Nov 2023 22:13:50 +0000',
  'Tue, 14 Nov 2023 22:13:50',
  'tue, 14 nov 2023 22:13:50 gmt',
  'Tue, 4 Nov 2023 22:13:50 GMT',
  'Tue, 31 Nov 2023 22:13:50 GMT',
  'Wed, 29 Feb 2023 22:13:50 GMT',
  'Tue, 14 Nov 2023 24:13:50 GMT',
  'Tue, 14 Nov 2023 22:60:50 GMT',
  'Tue, 14 Nov 2023 22:13:61 GMT',
])('Retry-After: %j names no time', header => {
  expect(readRetryAfter(times(header), now)).toBeUndefined()
})

test('without the header no time is named', () => {
  expect(readRetryAfter(times(null), now)).toBeUndefined()
  expect(readRetryAfter(times(undefined), now)).toBeUndefined()
})

test('more than a server can mean is still a time', () => {
  const wait = readRetryAfter(times('9'.repeat(400)), now) ?? 0
  expect(new Date(now + wait).getUTCFullYear()).toBe(2091)
})

test('a date is measured by the clock of the server that names it', () => {
  expect(readRetryAfter(times('Tue, 14 Nov 2023 20:00:30 GMT', 'Tue, 14 Nov 2023 20:00:00 GMT'), now)).toBe(30_000)
  expect(readRetryAfter(times('30', 'Tue, 14 Nov 2023 20:00:00 GMT'), now)).toBe(30_000)
  expect(readRetryAfter(times('Tue, 14 Nov 2023 22:13:50 GMT', 'some time'), now)).toBe(30_000)
})

test('an answer that says no time was given now', () => {
  expect(timeOfAnswer('Tue, 14 Nov 2023 20:00:00 GMT', now)).toBe(Date.UTC(2023, 10, 14, 20))
  expect([timeOfAnswer(null, now), timeOfAnswer('yesterday', now)]).toEqual([now, now])
})
