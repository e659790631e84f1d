import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Browser, BrowserContextOptions } from 'playwright-core'
import { htmlReport } from '../../../steps/analyze/html/index.ts'
import type { AnalysisReport } from '../../../steps/analyze/index.ts'
import { open, startBrowser, type Watched } from '../../support/browser.ts'
import { type Label, type Plot, readContrasts, readPlot, readTexts } from './probes.ts'
import { fullReport, measurements, metric, report } from './reports.ts'

let browser: Browser
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'report-'))
  browser = await startBrowser()
})

afterAll(async () => {
  await browser?.close()
  await rm(folder, { recursive: true, force: true })
})

/** Shows a report as a user does who opens the file, and closes the page whatever happens. */
async function show<T>(
  shown: AnalysisReport,
  options: BrowserContextOptions,
  look: (watched: Watched & { url: string }) => Promise<T>,
): Promise<T> {
  const file = join(folder, 'report.html')
  await writeFile(file, htmlReport(shown))
  const url = pathToFileURL(file).href
  const watched = await open(browser, url, options)
  try {
    return await look({ ...watched, url })
  } finally {
    await watched.page.close()
  }
}

const wide: BrowserContextOptions = { viewport: { width: 1280, height: 900 } }
const narrow: BrowserContextOptions = { viewport: { width: 360, height: 740 } }

/** The line through two labels of an axis: from a value to a pixel. */
function axis(labels: readonly Label[], read: (text: string) => number, along: 'x' | 'y'): (value: number) => number {
  const middle = ({ left, right, top, bottom }: Label) => (along === 'x' ? (left + right) / 2 : (top + bottom) / 2)
  const points = labels.map(label => ({ value: read(label.text), at: middle(label) })).sort((a, b) => a.value - b.value)
  const [first, last] = [points[0], points.at(-1)]
  if (!first || !last || first === last) throw new Error('an axis needs two labels')
  return value => first.at + ((value - first.value) / (last.value - first.value)) * (last.at - first.at)
}

const clock = (text: string) => Date.parse(`2026-01-01T${text.length === 5 ? `${text}:00` : text}Z`)

const nearly = 2 // pixels: a label's box is not exactly as high as its letters

test('the page asks for nothing but itself, and complains of nothing', async () => {
  await show(fullReport(), wide, async ({ requests, complaints, url, page }) => {
    await page.waitForLoadState('networkidle')
    expect(requests).toEqual([url])
    expect(complaints).toEqual([])
  })
})

test.each([
  ['wide', wide],
  ['narrow', narrow],
])(
  'on a %s screen each finite value is a mark where the axes say, each bound a line at its value',
  async (_width, screen) => {
    const shown = fullReport()
    const drawn = shown.metrics.filter(({ measurements }) => measurements.length > 1)
    const plots = await show(shown, screen, ({ page }) =>
      page
        .locator('svg.plot')
        .all()
        .then(all => Promise.all(all.map(one => one.evaluate(readPlot)))),
    )
    expect(plots.map(({ name }) => name)).toEqual(
      shown.metrics.filter(({ measurements }) => measurements.length > 0).map(({ name }) => `${name} over time`),
    )
    for (const [index, { measurements, thresholds, name }] of drawn.entries()) {
      const plot: Plot | undefined = plots[index]
      if (!plot) throw new Error(`no plot of ${name}`)
      const x = axis(plot.times, clock, 'x')
      const y = axis(plot.values, Number, 'y')
      const wanted = measurements.flatMap(({ time, phase, values }) =>
        values.filter(value => Number.isFinite(Number(value))).map(value => ({ phase, time, value: Number(value) })),
      )
      const marks = plot.marks.filter(({ kind }) => !/hollow|Error/.test(kind))
      expect(marks).toHaveLength(wanted.length)
      for (const [at, { phase, time, value }] of wanted.entries()) {
        expect(marks[at]?.kind).toBe(`mark ${phase}`)
        expect(Math.abs((marks[at]?.x ?? 0) - x(Date.parse(time)))).toBeLessThan(nearly)
        expect(Math.abs((marks[at]?.y ?? 0) - y(value))).toBeLessThan(nearly)
      }
      expect(plot.marks.filter(({ kind }) => kind.includes('Error'))).toHaveLength(
        measurements.filter(({ phase }) => phase === 'Error').length,
      )
      expect(plot.thresholds.map(({ kind }) => kind)).toEqual(
        thresholds.map(({ condition }) => `threshold ${condition}`),
      )
      for (const [at, { value }] of thresholds.entries()) {
        expect(Math.abs((plot.thresholds[at]?.y ?? 0) - y(value))).toBeLessThan(nearly)
      }
    }
  },
)

const overlap = (a: Label, b: Label) =>
  Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1

test.each([
  ['360 px', narrow, 360],
  ['1280 px', wide, 1280],
])('at %s no text leaves the page or touches another', async (_width, screen, width) => {
  const texts = await show(fullReport(), screen, async ({ page }) => {
    await page.evaluate(`for (const details of document.querySelectorAll('details')) details.open = true`)
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
    return page.locator('body').evaluate(readTexts)
  })
  expect(texts.length).toBeGreaterThan(150)
  expect(texts.filter(({ left, right }) => left < 0 || right > width)).toEqual([])
  const pairs = texts.flatMap((one, index) =>
    texts.slice(index + 1).flatMap(other => (overlap(one, other) ? [[one, other]] : [])),
  )
  expect(pairs).toEqual([])
})

test.each(['light', 'dark'] as const)(
  'in the %s scheme every text has a contrast of at least 4.5',
  async colorScheme => {
    const contrasts = await show(fullReport(), { ...wide, colorScheme }, ({ page }) =>
      page.locator('body').evaluate(readContrasts),
    )
    expect(contrasts.length).toBeGreaterThan(150)
    expect(contrasts.filter(({ ratio }) => ratio < 4.5)).toEqual([])
  },
)

const attack = `</title></script><img src=x onerror="window.hacked=1"><svg onload="window.hacked=1">\u202egnp.exe\u0000`

test.each([
  ['markup', attack],
  ['a megabyte', 'x'.repeat(2 ** 20)],
  ['a megabyte of markup', attack.repeat(Math.ceil(2 ** 20 / attack.length))],
])('%s as name, value, query, message and condition runs nothing and breaks nothing', async (_what, hostile) => {
  const failing = metric({
    ...{ name: hostile, query: hostile, successCondition: hostile, place: hostile, explanation: hostile },
    measurements: [
      { phase: 'Failed', time: '2026-01-01T09:00:00Z', value: hostile, values: ['1', hostile], warnings: [hostile] },
      { phase: 'Error', time: '2026-01-01T09:00:30Z', values: [], message: hostile },
    ],
  })
  const status = { phase: 'Failed' as const, message: hostile, metricResults: [] }
  const shown = report([failing, failing], { name: hostile, sentence: hostile, status })
  await show(shown, narrow, async ({ page, requests, complaints }) => {
    expect(await page.evaluate('[typeof hacked, document.images.length, document.scripts.length]')).toEqual([
      ...['undefined', 0, 0],
    ])
    expect(await page.locator('svg.plot').count()).toBe(2)
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360)
    expect(await page.locator('body').textContent()).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/)
    expect(await page.title()).not.toMatch(/[\u202a-\u202e]/)
    expect([requests.length, complaints]).toEqual([1, []])
  })
})

test('a screen reader hears each plot by name, with what it shows, and finds the measurements as a table', async () => {
  await show(fullReport(), wide, async ({ page }) => {
    expect(await page.getByRole('img', { name: 'error-ratio over time' }).count()).toBe(1)
    expect(await page.locator('#metric-1-desc').textContent()).toBe(
      '7 measurements, values from 0.01 to 0.08; success where value &#60; 0.05.'.replace('&#60;', '<'),
    )
    expect(await page.locator('#metric-1 table.measurements tbody tr').count()).toBe(7)
    expect(await page.locator('h1').count()).toBe(1)
  })
})

test('on paper it is light, holds every measurement, and cuts no query', async () => {
  const long = metric({ query: Array.from({ length: 60 }, (_, index) => `line_${index}`).join('\n') })
  await show(report([long]), { ...wide, colorScheme: 'dark' }, async ({ page }) => {
    await page.emulateMedia({ media: 'print' })
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)')
    const texts = (await page.locator('body').evaluate(readTexts)).map(({ text }) => text)
    for (const { time } of long.measurements) expect(texts).toContain(time.replace('T', ' ').replace('Z', ''))
    const { scrollHeight, clientHeight } = await page
      .locator('pre')
      .first()
      .evaluate(({ scrollHeight, clientHeight }) => ({ scrollHeight, clientHeight }))
    expect(scrollHeight).toBeLessThanOrEqual(clientHeight + 1)
    expect((await page.pdf()).subarray(0, 5).toString()).toBe('%PDF-')
  })
})

test('numbers at the ends of what a float holds are drawn within the plot', async () => {
  const far = metric({
    thresholds: [],
    measurements: measurements([[1.7e308], [-1.7e308], [5e-324], [0]], () => false),
  })
  const flat = metric({ name: 'flat', thresholds: [], measurements: measurements([[7], [7]], () => false) })
  const shown = report([far, flat])
  const plots = await show(shown, narrow, ({ page }) =>
    page.locator('svg.plot').evaluateAll(all => all.map(({ outerHTML }) => String(outerHTML))),
  )
  expect(plots.join('')).not.toMatch(/NaN|Infinity/)
})
