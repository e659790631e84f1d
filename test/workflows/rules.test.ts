import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { z } from 'zod'
import { readDocument, validate } from '../../configuration/index.ts'
import { workflowFiles } from '../../scripts/check-workflows/files.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const texts = workflowFiles(root).map(file => ({ file, text: readFileSync(`${root}/${file}`, 'utf8') }))

const step = z.object({ uses: z.string().optional(), run: z.string().optional() })
const job = z.object({
  uses: z.string().optional(),
  'timeout-minutes': z.number().optional(),
  permissions: z.record(z.string(), z.string()),
  concurrency: z
    .object({ group: z.string(), queue: z.string().optional(), 'cancel-in-progress': z.unknown().optional() })
    .optional(),
  steps: z.array(step).optional(),
})
const workflow = z.object({ permissions: z.strictObject({}), jobs: z.record(z.string(), job) })

test('there are the reusable workflows, their starters and the project’s own', () => {
  expect(texts.map(({ file }) => file)).toEqual(
    expect.arrayContaining([
      '.github/workflows/ci.yml',
      '.github/workflows/promote.yml',
      '.github/workflows/release.yml',
      'workflows/promote.yml',
      'workflows/release.yml',
    ]),
  )
})

test.each(texts)('$file gives no permission by default, and every job its own with a reason', ({ file, text }) => {
  const { jobs } = validate(readDocument(text, file), workflow)
  for (const [name, { permissions }] of Object.entries(jobs)) {
    for (const [permission, level] of Object.entries(permissions)) {
      expect({ name, line: lineOf(text, new RegExp(`${permission}: ${level}.*`)) }).toEqual({
        name,
        line: expect.stringMatching(/: (read|write) # \S/),
      })
    }
  }
})

test.each(texts)('$file ends in bounded time', ({ file, text }) => {
  const { jobs } = validate(readDocument(text, file), workflow)
  const unbounded = Object.entries(jobs).filter(([, { uses, ...rest }]) => !uses && !rest['timeout-minutes'])
  expect(unbounded.map(([name]) => name)).toEqual([])
})

test.each(texts)('$file pins what others publish to a commit and names its version', ({ text }) => {
  const others = [...text.matchAll(/uses: (?<uses>.*)/g)]
    .map(({ groups }) => groups?.uses ?? '')
    .filter(uses => !/^(\$|OWNER\/stovepipe)\//.test(uses))
  for (const uses of others) expect(uses).toMatch(/^[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/)
})

test.each(texts)('$file puts no expression into a shell', ({ file, text }) => {
  const { jobs } = validate(readDocument(text, file), workflow)
  const scripts = Object.values(jobs).flatMap(({ steps = [] }) => steps.map(({ run = '' }) => run))
  expect(scripts.filter(run => run.includes('${{'))).toEqual([])
})

test('no promotion is dropped: admission waits for nothing, carriers queue per app and are never cancelled', () => {
  const { text } = texts.find(({ file }) => file === '.github/workflows/promote.yml') ?? { text: '' }
  const { jobs } = validate(readDocument(text, 'promote.yml'), workflow)
  expect(jobs.admit?.concurrency).toBeUndefined()
  expect(jobs.carry?.concurrency).toEqual({ group: 'stovepipe-promote-${{ matrix.app }}', queue: 'max' })
  expect(text).not.toMatch(/^concurrency:/m)
})

test.each(texts.filter(({ file }) => file.startsWith('workflows/')))('$file is short enough to copy', ({ text }) => {
  const lines = text.split('\n').filter(line => line.trim() !== '' && !line.startsWith('#'))
  expect(lines.length).toBeLessThanOrEqual(18)
})

function lineOf(text: string, pattern: RegExp): string {
  return pattern.exec(text)?.[0] ?? ''
}
