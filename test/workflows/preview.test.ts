import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { z } from 'zod'
import { readDocument, validate } from '../../configuration/index.ts'

const file = '.github/workflows/preview.yml'
const text = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')
const job = z.object({
  if: z.string().optional(),
  permissions: z.record(z.string(), z.string()),
  concurrency: z.object({
    group: z.string(),
    queue: z.string().optional(),
    'cancel-in-progress': z.boolean().optional(),
  }),
  steps: z.array(z.object({ uses: z.string(), with: z.record(z.string(), z.unknown()).default({}) })),
})
const { jobs } = validate(readDocument(text, file), z.object({ jobs: z.record(z.string(), job) }))

test('of a pull request nothing is read that its author writes', () => {
  const read = [...text.matchAll(/github\.(?:event\.[\w.]*|head_ref|base_ref|ref\w*)/g)].map(
    ([expression]) => expression,
  )
  expect([...new Set(read)].sort()).toEqual([
    'github.event.action',
    'github.event.label.name', // of a label that somebody with the right to may set; it is compared alone
    'github.event.pull_request.head.repo.full_name',
    'github.event.pull_request.number',
  ])
  expect(text).not.toContain('run: ')
  expect(text).not.toMatch(/^ *pull_request_target:/m)
})

test('a fork’s build has no secret, no login, no push and a token that reads', () => {
  const fork = jobs.fork
  expect(fork?.permissions).toEqual({ contents: 'read' })
  expect(JSON.stringify(fork)).not.toMatch(/secrets\.|login-action|cache-to/)
  expect(fork?.steps.at(-1)).toMatchObject({ uses: '$/actions/build-image', with: { push: false } })
})

test('builds are of the head that was looked at, and only one for the repository itself may push', () => {
  for (const name of ['build', 'fork'] as const) {
    expect(jobs[name]?.steps[0]?.with).toEqual({ ref: '${{ needs.begin.outputs.head }}', 'persist-credentials': false })
    expect(jobs[name]?.concurrency['cancel-in-progress']).toBe(true)
  }
  expect(jobs.build?.if).toContain("needs.begin.outputs.result != 'fork'")
  expect(jobs.build?.steps.at(-1)?.with.push).toBe("${{ needs.begin.outputs.build == 'push' }}")
})

test('what sets and takes the label queues up for each pull request, drops nothing, and is never cancelled', () => {
  expect(jobs.begin?.concurrency).toEqual({
    group: 'stovepipe-preview-${{ inputs.app }}-${{ github.event.pull_request.number }}',
    queue: 'max',
  })
  expect(jobs.ready?.concurrency).toEqual(jobs.begin?.concurrency)
  expect(jobs.ready?.if).toMatch(/^always\(\) && /) // a build that failed or was cancelled is told too
})

test('an image of a preview is never taken for a release of the same content', () => {
  expect(jobs.build?.steps.at(-1)?.with.labels).toMatch(/^preview=true\n/)
})
