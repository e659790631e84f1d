import { expect, test } from '@jest/globals'
import { parseCsv } from '../../../gitops/traffic/csv.ts'
import fc from '../../support/property.ts'

test.each([
  {
    text: 'a,b\n1,2\n',
    records: [
      ['a', 'b'],
      ['1', '2'],
    ],
  },
  {
    text: 'a,b\n1,2',
    records: [
      ['a', 'b'],
      ['1', '2'],
    ],
  },
  { text: 'a,,\n', records: [['a', '', '']] },
  { text: '"Not ready, later",0\n', records: [['Not ready, later', '0']] },
  { text: '"Not ""ready"", later",0\n', records: [['Not "ready", later', '0']] },
  {
    text: '0,"two\nlines\n\n"\n1,\n',
    records: [
      ['0', 'two\nlines\n\n'],
      ['1', ''],
    ],
  },
  { text: '"",""""\n', records: [['', '"']] },
])('$text', ({ text, records }) => expect(parseCsv(text)).toEqual(records))

test('what is quoted as HAProxy does comes back', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', ' '), maxLength: 8 })
  const quote = (text: string) => (/[\n\r,"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
  fc.assert(
    fc.property(fc.array(fc.array(cell, { minLength: 1 }), { minLength: 1 }), records => {
      expect(parseCsv(records.map(cells => `${cells.map(quote).join(',')}\n`).join(''))).toEqual(records)
    }),
  )
})
