import { createHash } from 'node:crypto'
import { expect, test } from '@jest/globals'
import { htmlReport } from '../../../steps/analyze/html/index.ts'
import { domainOf, scale, ticks, timeTicks } from '../../../steps/analyze/html/scale.ts'
import { escapeHtml, sentence, short } from '../../../steps/analyze/html/text.ts'
import { sparkline } from '../../../steps/analyze/index.ts'
import fc from '../../support/property.ts'
import { fullReport, measurements, metric, report } from './reports.ts'

test('the page allows its own style and nothing else', () => {
  const page = htmlReport(fullReport())
  const [, style = ''] = /<style>(.*?)<\/style>/s.exec(page) ?? []
  const hash = createHash('sha256').update(style).digest('base64')
  expect(page).toContain(
    `content="default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'"`,
  )
  expect(page).not.toMatch(/ style=|\ssrc=|href="[^#]|url\(|@import|<script|NaN"|Infinity/)
})

test('a long run is drawn by its extremes, and says so', () => {
  const values = Array.from({ length: 20_000 }, (_, index): [number] => [index === 7777 ? 9 : index % 3])
  const page = htmlReport(report([metric({ measurements: measurements(values, value => value === 9) })]))
  expect(page.match(/class="mark /g)?.length).toBeLessThanOrEqual(1500)
  expect(page.match(/class="mark Failed"/g)).toHaveLength(1)
  expect(page).toContain('Of 20000 measurements the extremes are drawn.')
  expect(page).toContain('class="plot dense"')
  expect(page).toContain('20000 measurements, the last 1000 here')
})

test('of many values the first eight are drawn, and the page says so', () => {
  const many = Array.from({ length: 30 }, (_, index) => index)
  const page = htmlReport(report([metric({ measurements: measurements([many, many], () => false) })]))
  expect(page.match(/class="mark /g)).toHaveLength(16)
  expect(page).toContain('Of up to 30 values the first 8 are drawn.')
})

test('the side where measurements fail is shaded where one bound decides it', () => {
  const shaded = (thresholds: ReturnType<typeof metric>['thresholds']) =>
    /class="zone" x="0" y="(?<y>[\d.]+)".*height="(?<height>[\d.]+)"/.exec(htmlReport(report([metric({ thresholds })])))
      ?.groups
  const above = shaded([{ condition: 'success', operator: '<', value: 0.05 }])
  const below = shaded([{ condition: 'failure', operator: '<', value: 0.05 }])
  expect(Number(above?.y) + Number(above?.height)).toBeCloseTo(Number(below?.y))
  expect(shaded([])).toBeUndefined()
  expect(shaded([{ condition: 'success', operator: '==', value: 0.05 }])).toBeUndefined()
})

test('a bound that is far from every value does not press them into a line', () => {
  expect(domainOf([1, 2], [3])).toEqual({ low: 0.84, high: 3.16 })
  expect(domainOf([1, 2], [1e6]).high).toBeLessThan(3)
  expect(domainOf([], [5]).high).toBeGreaterThan(5)
})

test('any finite values have a domain that holds them, a scale within the plot, and ticks within the domain', () => {
  const values = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(values, numbers => {
      const domain = domainOf(numbers, [])
      const y = scale(domain, 200, 12)
      for (const number of numbers) {
        expect(y(number)).toBeGreaterThanOrEqual(11.99)
        expect(y(number)).toBeLessThanOrEqual(200.01)
      }
      const found = ticks(domain)
      expect(found.length).toBeGreaterThan(0)
      expect(found.length).toBeLessThanOrEqual(11)
      for (const tick of found) expect(Number.isFinite(y(tick))).toBe(true)
    }),
  )
})

test.each<[number, number, string[]]>([
  [0, 0, ['09:00:00']],
  [0, 20, ['09:00:00', '09:00:05', '09:00:10', '09:00:15', '09:00:20']],
  [0, 240, ['09:00', '09:01', '09:02', '09:03', '09:04']],
  [10, 3600, ['09:10', '09:20', '09:30', '09:40', '09:50', '10:00']],
  [0, 3 * 86_400, ['01-03 00:00']],
])('the times from %d to %d seconds are marked at %j', (low, high, texts) => {
  const start = Date.UTC(2026, 0, 1, 9)
  expect(timeTicks({ low: start + low * 1000, high: start + high * 1000 }).map(({ text }) => text)).toEqual(texts)
})

test.each([
  [0, '0'],
  [0.05, '0.05'],
  [-12.3456, '-12.35'],
  [123_456, '123500'],
  [1_234_567, '1.235M'],
  [5e12, '5T'],
  [1e-7, '1e-7'],
  [1.5e300, '1.5e300'],
])('%d is written %s', (value, text) => {
  expect(short(value)).toBe(text)
})

test('text from outside is no markup, and what cannot be seen is written out', () => {
  expect(escapeHtml(`<b title="x">'&'</b>`)).toBe('&#60;b title=&#34;x&#34;&#62;&#39;&#38;&#39;&#60;/b&#62;')
  expect(escapeHtml('a\u202eb\u0000c\u200bd\ud800\n')).toBe('a\\u202eb\\u0000c\\u200bd\ufffd\n')
  expect(sentence('meets `a < b`.')).toBe('meets <code>a &#60; b</code>.')
})

test.each<[(number | undefined)[], string]>([
  [[], ''],
  [[5], '▁'],
  [[0, 1, 2, 3, 4, 5, 6, 7], '▁▂▃▄▅▆▇█'],
  [[0, Number.NaN, undefined, 1, Number.POSITIVE_INFINITY], '▁×·█×'],
])('the sparkline of %j is %j', (values, line) => {
  expect(sparkline(values)).toBe(line)
})
