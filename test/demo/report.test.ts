import { expect, test } from '@jest/globals'
import { addUp, type Cell, latency, total } from '../../scripts/demo/load.ts'
import { page, type Story } from '../../scripts/demo/page.ts'
import type { Played } from '../../scripts/demo/scene.ts'
import { formatTable, row, served } from '../../scripts/demo/table.ts'

const cell = (cluster: string, release: string, requests: number, errors: number, fast = requests): Cell => ({
  cluster,
  release,
  requests,
  errors,
  latencies: [fast, 0, 0, 0, 0, 0, requests - fast, 0, 0],
})
const cells = [cell('a', 'sha-1', 50, 3, 20), cell('b', 'sha-1', 475, 0), cell('c', 'sha-1', 475, 0)]
const played = (holds: boolean): Played => ({
  scene: { letter: 'b', title: 'a <bad> release', play: async () => '' },
  from: 1_000,
  to: 62_000,
  what: 'taken back',
  checks: [{ claim: 'it was refused', holds, found: 'promoted' }],
})
const named = (tag: string) => (tag === 'sha-1' ? 'release 1' : tag)

test('cells of the same cluster and release are added up', () => {
  expect(addUp([...cells, ...cells])).toEqual([
    cell('a', 'sha-1', 100, 6, 40),
    cell('b', 'sha-1', 950, 0),
    cell('c', 'sha-1', 950, 0),
  ])
  expect(total(cells)).toEqual({ requests: 1000, errors: 3 })
})

test.each([
  { quantile: 0.4, bound: 5 },
  { quantile: 0.41, bound: 500 },
  { quantile: 0.99, bound: 500 },
])('$quantile of the answers came within $bound ms', ({ quantile, bound }) => {
  expect(latency(cells.slice(0, 1), quantile)).toBe(bound)
})

test('without answers there is no latency', () => expect(latency([], 0.5)).toBeNaN())

test('a row says what was served, and by whom it was not', () => {
  const served1 = served(cells, ['a'], named)
  expect(served1).toEqual({ requests: 1000, canaryShare: 5, failures: ['release 1 on a: 3 of 50 (6.0%)'] })
  expect(formatTable([row(played(true), served1)])).toBe(`\
   scene            time  requests  canary  went
────────────────────────────────────────────────
b  a <bad> release  61 s     1,000    5.0%  as it should
   taken back
   errors: release 1 on a: 3 of 50 (6.0%)`)
})

test('a claim that does not hold is in the table', () => {
  const text = formatTable([row(played(false), served([], ['a'], named))])
  expect(text).toContain('OTHERWISE')
  expect(text).toContain('not so: it was refused (found promoted)')
  expect(text).toContain('errors: none')
})

test('the page is one file: no script, nothing fetched, texts escaped', () => {
  const story: Story = {
    from: 0,
    to: 70_000,
    clusters: ['a', 'b', 'c'],
    canaries: ['a'],
    played: [played(false)],
    rows: [row(played(false), served(cells, ['a'], named))],
    pins: [
      { cluster: 'a', tag: 'sha-1', digest: 'sha256:0', base: 'f00', at: 5_000, commit: 'c0', subject: '<img src=x>' },
    ],
    seconds: [{ at: 10_000, cells }],
    named,
  }
  const html = page(story)
  expect(html).toContain('a &#60;bad&#62; release')
  expect(html).toContain('Stovepipe demo: otherwise')
  expect(html).not.toMatch(/<script|<img|<link|https?:|url\(/)
  expect(html.match(/<svg /g)).toHaveLength(3)
  expect(html).toContain('release 1')
})
