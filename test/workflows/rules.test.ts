import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { z } from 'zod'
import { parseDuration, readDocument, validate } from '../../configuration/index.ts'
import { workflowFiles } from '../../scripts/check-workflows/files.ts'
import { readActions } from '../../scripts/docs/action.ts'
import { permissionsOf, publicWorkflows, readProperties, readWorkflows } from '../../scripts/docs/workflow.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const texts = workflowFiles(root).map(file => ({ file, text: readFileSync(`${root}/${file}`, 'utf8') }))

const step = z.object({ id: z.string().optional(), uses: z.string().optional(), run: z.string().optional() })
const concurrency = z.object({
  group: z.string(),
  queue: z.string().optional(),
  'cancel-in-progress': z.unknown().optional(),
})
const job = z.object({
  uses: z.string().optional(),
  environment: z.unknown().optional(),
  'timeout-minutes': z.number().optional(),
  permissions: z.record(z.string(), z.string()),
  concurrency: concurrency.optional(),
  steps: z.array(step).optional(),
})
const workflow = z.object({
  permissions: z.strictObject({}),
  concurrency: concurrency.optional(),
  jobs: z.record(z.string(), job),
})

const parsed = texts.map(({ file, text }) => ({ file, text, ...validate(readDocument(text, file), workflow) }))
const reusable = readWorkflows(root)
const actions = readActions(root)
const callable = [...publicWorkflows(reusable).keys()]
const starters = parsed.filter(({ file }) => file.startsWith('workflows/'))

test('there are the reusable workflows, and a starter and a page for each that people call', () => {
  expect(callable).toEqual(expect.arrayContaining(['cluster', 'promote', 'release', 'rollback']))
  expect([...reusable.keys()].filter(name => !callable.includes(name))).toEqual(['promote-app'])
  expect(starters.map(({ file }) => file)).toEqual(callable.map(name => `workflows/${name}.yml`))
})

test.each(parsed)('$file gives no permission by default, and every job its own with a reason', ({ text, jobs }) => {
  for (const [name, { permissions }] of Object.entries(jobs)) {
    for (const [permission, level] of Object.entries(permissions)) {
      const lines = text.match(new RegExp(`^ +${permission}: ${level}.*`, 'gm')) ?? []
      expect({ name, permission, lines }).toEqual({
        name,
        permission,
        lines: expect.arrayContaining([expect.any(String)]),
      })
      for (const line of lines) expect(line).toMatch(/: (read|write) # \S/)
    }
  }
})

test.each(parsed)('$file ends in bounded time', ({ jobs }) => {
  const unbounded = Object.entries(jobs).filter(([, { uses, ...rest }]) => !uses && !rest['timeout-minutes'])
  expect(unbounded.map(([name]) => name)).toEqual([])
  // GitHub ends a job after six hours (docs.github.com, "Actions limits"), and would not say which of its own it was.
  for (const each of Object.values(jobs)) expect(each['timeout-minutes'] ?? 0).toBeLessThan(360)
})

test.each(parsed)('$file pins what others publish to a commit and names its version', ({ text }) => {
  const others = [...text.matchAll(/uses: (?<uses>.*)/g)]
    .map(({ groups }) => groups?.uses ?? '')
    .filter(uses => !/^(\$|OWNER\/stovepipe)\//.test(uses))
  for (const uses of others) expect(uses).toMatch(/^[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/)
})

test('what others publish has one version in all workflows', () => {
  const pins = texts.flatMap(({ text }) => [...text.matchAll(/uses: (?<name>[\w./-]+)@(?<commit>[0-9a-f]{40})/g)])
  const commits = new Map<string, Set<string>>()
  for (const { groups } of pins) {
    commits.set(groups?.name ?? '', (commits.get(groups?.name ?? '') ?? new Set()).add(groups?.commit ?? ''))
  }
  expect([...commits].filter(([, versions]) => versions.size > 1).map(([name]) => name)).toEqual([])
})

test.each(parsed)('$file puts no expression into a shell', ({ jobs }) => {
  const scripts = Object.values(jobs).flatMap(({ steps = [] }) => steps.map(({ run = '' }) => run))
  expect(scripts.filter(run => run.includes('${{'))).toEqual([])
})

// actionlint takes `$/…` for nothing it knows, so it does not look at what such a step gives.
test.each(parsed)('$file uses only outputs that our actions have', ({ file, text }) => {
  const { jobs } = validate(
    readDocument(text, file),
    z.object({ jobs: z.record(z.string(), z.looseObject(job.shape)) }),
  )
  for (const whole of Object.values(jobs)) {
    const used = [...JSON.stringify(whole).matchAll(/steps\.(?<id>[\w-]+)\.outputs\.(?<name>[\w-]+)/g)]
    for (const { groups } of used) {
      const uses = whole.steps?.find(({ id }) => id === groups?.id)?.uses ?? ''
      const action = /^\$\/actions\/(?<name>[\w-]+)$/.exec(uses)?.groups?.name
      if (action !== undefined) expect(Object.keys(actions.get(action)?.outputs ?? {})).toContain(groups?.name)
    }
  }
})

const groupsOf = (name: string): string[] =>
  Object.values(jobsOf(name)).flatMap(({ concurrency }) => (concurrency ? [concurrency.group] : []))

function jobsOf(name: string): z.infer<typeof workflow>['jobs'] {
  return parsed.find(({ file }) => file === `.github/workflows/${name}.yml`)?.jobs ?? {}
}

test('no promotion is dropped: admission waits for nothing, carriers queue per app and are never cancelled', () => {
  expect(jobsOf('promote').admit?.concurrency).toBeUndefined()
  const { carry, approve, proceed } = jobsOf('promote-app')
  expect(carry?.concurrency).toEqual({ group: 'stovepipe-promote-${{ inputs.app }}', queue: 'max' })
  expect(proceed?.concurrency).toEqual(carry?.concurrency)
  expect(approve).toMatchObject({ environment: expect.anything() })
  expect(approve?.concurrency).toBeUndefined()
})

test('a promotion stops by itself well before its job is ended for it', () => {
  for (const name of ['promote', 'promote-app']) {
    const until = parseDuration(reusable.get(name)?.inputs.until?.default ?? '') ?? Number.POSITIVE_INFINITY
    for (const job of ['carry', 'proceed']) {
      const limit = (jobsOf('promote-app')[job]?.['timeout-minutes'] ?? 0) * 60_000
      expect(until).toBeLessThanOrEqual(limit - 15 * 60_000) // its last look, and the start of the job
    }
  }
})

test('what a reusable workflow queues is never dropped, and none has a group for all that it does', () => {
  const reusables = parsed.filter(({ file }) => reusable.has(file.replace(/^\.github\/workflows\/|\.yml$/g, '')))
  expect(reusables.length).toBe(reusable.size)
  for (const { file, concurrency, jobs } of reusables) {
    expect({ file, concurrency }).toEqual({ file, concurrency: undefined })
    for (const { concurrency } of Object.values(jobs)) {
      if (concurrency?.['cancel-in-progress'] === undefined) expect(concurrency?.queue ?? 'max').toBe('max')
      else expect(file).toBe('.github/workflows/preview.yml') // an older build of a pull request is nobody's promotion
    }
  }
})

test('a rollback waits behind nothing, and a release neither', () => {
  expect(groupsOf('promote-app')).not.toEqual([])
  expect(groupsOf('rollback')).toEqual([])
  expect(groupsOf('release')).toEqual([])
  expect(groupsOf('cluster').filter(group => groupsOf('promote-app').includes(group))).toEqual([])
})

test('only the job that signs may ask for an identity, and it runs no code of the build', () => {
  const signing = Object.entries(jobsOf('release')).filter(([, { permissions }]) => 'id-token' in permissions)
  expect(signing.map(([name]) => name)).toEqual(['attest'])
  const uses = signing.flatMap(([, { steps = [] }]) => steps.map(step => step.uses?.split('@')[0] ?? step.run))
  expect(uses).toEqual(['docker/login-action', 'actions/attest'])
})

test('a release can write nothing in the GitOps repository: the job that tells it has no permission of its own', () => {
  expect(jobsOf('release').dispatch?.permissions).toEqual({})
  expect(Object.values(jobsOf('release')).map(({ permissions }) => permissions.contents ?? 'none')).not.toContain(
    'write',
  )
})

test.each(starters)('$file grants what the workflow that it calls asks for, and nothing else', ({ jobs }) => {
  for (const { uses = '', permissions } of Object.values(jobs)) {
    const name = /\/([\w-]+)\.yml@/.exec(uses)?.[1] ?? ''
    expect(permissions).toEqual(permissionsOf(name, reusable))
  }
})

test('the permissions of a workflow are those of its parts as well', () => {
  expect(permissionsOf('promote', reusable)).toMatchObject({ actions: 'read', contents: 'write' })
  expect(jobsOf('promote').app?.permissions).toEqual(permissionsOf('promote-app', reusable))
})

test.each(starters)('$file is short enough to copy', ({ text }) => {
  const lines = text.split('\n').filter(line => line.trim() !== '' && !line.startsWith('#'))
  expect(lines.length).toBeLessThanOrEqual(22)
})

test.each(['preview', 'release'])("the example's %s.yml is the starter, under a comment of its own", name => {
  const without = (text: string) => text.replace(/^(#.*\n)+/, '')
  const example = readFileSync(`${root}/examples/coolkit/.github/workflows/${name}.yml`, 'utf8')
  expect(without(example)).toBe(without(readFileSync(`${root}/workflows/${name}.yml`, 'utf8')))
})

test.each(callable)("the starter %s has properties as GitHub's template chooser wants them", name => {
  const { iconName, categories, filePatterns = [] } = readProperties(root).get(name) ?? { iconName: '', categories: [] }
  expect(iconName).toMatch(/^octicon [a-z-]+$/)
  // The first category puts it on a shelf: github.com/actions/starter-workflows, README, "Categories".
  expect(['Deployment', 'Continuous integration']).toContain(categories[0])
  for (const pattern of filePatterns) expect(() => new RegExp(pattern)).not.toThrow()
})

test.each([
  ['release', 'Dockerfile', 'fleet.yaml'],
  ['promote', 'fleet.yaml', 'Dockerfile'],
  ['rollback', 'fleet.yaml', 'Dockerfile'],
  ['cluster', 'fleet.yaml', 'Dockerfile'],
])('the starter %s is offered beside a %s, and not beside a %s', (name, there, elsewhere) => {
  const patterns = (readProperties(root).get(name)?.filePatterns ?? []).map(pattern => new RegExp(pattern))
  expect(patterns.some(pattern => pattern.test(there))).toBe(true)
  expect(patterns.some(pattern => pattern.test(elsewhere))).toBe(false)
})
