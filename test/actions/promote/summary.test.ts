import { readFile, writeFile } from 'node:fs/promises'
import { expect, test } from '@jest/globals'
import { summarize } from '../../../actions/promote/summary.ts'
import type { Outcome } from '../../../gitops/promotion/index.ts'
import { silentLog } from '../../../host/index.ts'
import { linksOf, openChronicle } from '../../../steps/announce/index.ts'
import { overheard } from '../../../steps/promote/index.ts'
import { judged, Stage } from '../../gitops/promotion/stage.ts'

const server = 'https://github.example'

/** Plays releases one after the other; gives the outcome and the summary of the last run. */
async function play(stage: Stage, ...versions: (number | undefined)[]): Promise<{ outcome: Outcome; summary: string }> {
  let last: { outcome: Outcome; summary: string } | undefined
  for (const version of versions) {
    const chronicle = openChronicle('app')
    const { repository, judge: plain } = stage.ports()
    const judge = {
      async judge(...given: Parameters<typeof plain.judge>) {
        const judgement = await plain.judge(...given)
        const now = stage.clock.now()
        return { judgement, account: { sentence: judgement.message, metrics: [], startedAt: now, finishedAt: now } }
      },
    }
    const told = { clock: stage.clock, log: silentLog }
    const outcome = await stage.promote(version, {}, overheard({ repository, judge }, [chronicle], told))
    const timeline = chronicle.timeline()
    last = { outcome, summary: summarize(outcome, timeline, linksOf(timeline, server, 'acme/gitops')) }
  }
  if (!last) throw new Error('nothing was played')
  return last
}

const stageOf = () => new Stage({ settings: `source: "${server}/acme/app", ` })
const golden = (name: string) => readFile(new URL(`golden/${name}.md`, import.meta.url), 'utf8')
/** Object ids differ with every byte of the record: their first digits say enough. */
const plain = (summary: string) => summary.replace(/\b[0-9a-f]{40}\b/g, id => `${id.slice(0, 4)}…`)

/** `UPDATE_GOLDEN=1` writes the files anew, for a person to look at. */
const expectGolden = async (summary: string, name: string) => {
  if (process.env.UPDATE_GOLDEN) await writeFile(new URL(`golden/${name}.md`, import.meta.url), plain(summary))
  expect(plain(summary)).toBe(await golden(name))
}

test('a release that was promoted', async () => {
  const { summary } = await play(stageOf(), 1, 2)
  await expectGolden(summary, 'promoted')
})

test('a release that was rolled back: its own way and the way back', async () => {
  const stage = stageOf()
  stage.verdict = (_, version) =>
    judged(version === 'v2' ? 'Failed' : 'Successful', { message: '5% of requests failed' })
  const { summary } = await play(stage, 1, 2)
  await expectGolden(summary, 'rolled-back')
})

test('a run that only goes on tells what was before it, too', async () => {
  const stage = stageOf()
  const first = await play(stage, 1)
  const { summary, outcome } = await play(stage, undefined)
  expect(outcome.kind).toBe('nothing-to-do')
  const rows = (text: string) => text.split('\n').filter(line => line.includes('→'))
  expect(rows(summary)).toEqual(rows(first.summary))
})

test('what a release waits for, and where it is still to come', async () => {
  const stage = stageOf()
  stage.verdict = () => judged('Inconclusive')
  const { summary } = await play(stage, 1)
  expect(summary).toContain('### 🚧 app of v1: blocked')
  expect(summary).toContain('**What to do:** ')
  expect(summary).toContain('| 🚧 held: canary: no verdict after 3 analyses; ')
  expect(summary).toContain('Still to come: primaries (primary-a, primary-b)')
})

test('nothing that comes from outside is markup, a mention, a cell or a command', async () => {
  const evil =
    '| x | </td><img src=x onerror=alert(1)> [a](javascript:b) @acme/team `c` **d** #1\n::set-output name=a::b\n'
  const stage = stageOf()
  stage.verdict = () => judged('Failed', { message: evil })
  const { summary } = await play(stage, 1)
  expect(summary).not.toMatch(/<img|\]\(javascript|@acme|`c`|\*\*d\*\*|^::|(?<!&)#1\b/m)
  for (const row of summary.split('\n').filter(line => line.startsWith('| 20'))) {
    expect([7, 8]).toContain(row.split(' | ').length + 1)
  }
})
