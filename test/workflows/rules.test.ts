import { basename } from 'node:path'
import { expect, test } from '@jest/globals'
import { parseDuration } from '../../configuration/index.ts'
import { readActions } from '../../scripts/docs/action.ts'
import { jobsOf, parsed, reusable, root } from './parsed.ts'

const actions = readActions(root)

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
  const pins = parsed.flatMap(({ text }) => [...text.matchAll(/uses: (?<name>[\w./-]+)@(?<commit>[0-9a-f]{40})/g)])
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
test.each(parsed)('$file uses only outputs that our actions have', ({ jobs }) => {
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

test.each(parsed)(
  '$file: what waits for reviewers holds no group, and no group drops what is not made worthless',
  ({ concurrency, jobs }) => {
    for (const job of Object.values(jobs)) {
      if (job.environment !== undefined) {
        expect(job.concurrency).toBeUndefined()
        expect(concurrency?.group ?? '${{ github.ref }}').toContain('${{ github.ref }}') // in its own way alone
      }
      for (const group of [concurrency, job.concurrency]) {
        if (group && group['cancel-in-progress'] === undefined) expect(group.queue).toBe('max')
      }
    }
  },
)

test('each job may do what its steps do, and no more', () => {
  const all = parsed
    .filter(({ file }) => file.startsWith('.github/workflows/'))
    .flatMap(({ file, jobs }) => {
      const name = basename(file, '.yml')
      return Object.entries(jobs).map(([job, { permissions }]) => [`${name} ${job}`, permissions] as const)
    })
  const read = { contents: 'read' }
  const write = { contents: 'write' }
  const shown = { checks: 'write', ...write, deployments: 'write' }
  const signs = { attestations: 'write', 'id-token': 'write' }
  expect(Object.fromEntries(all)).toEqual({
    'ci check': read,
    'ci use': read,
    'cluster cluster': write,
    'preview begin': { deployments: 'write', 'pull-requests': 'write' },
    'preview build': { ...read, packages: 'write' },
    'preview fork': read,
    'preview ready': { deployments: 'write', 'pull-requests': 'write' },
    'preview expire': { deployments: 'write', 'pull-requests': 'write' },
    'promote admit': write,
    'promote app': { actions: 'read', ...shown },
    'promote-app carry': { actions: 'read', ...shown },
    'promote-app approve': { actions: 'read', ...write },
    'promote-app proceed': shown,
    'publish checked': { actions: 'read' },
    'publish example': { ...signs, ...read, packages: 'write' },
    'publish publish': { ...signs, ...write },
    'publish major': write,
    'release build': { ...read, packages: 'write' },
    'release attest': { ...signs, packages: 'write' },
    'release dispatch': {},
    'rollback rollback': shown,
    'traffic traffic': read,
  })
})

test('what works on the load balancer queues in one group, and what writes Git alone waits for nobody’s sessions', () => {
  expect(groupsOf('traffic')).toEqual(['stovepipe-traffic'])
  const waits = "inputs.command == 'drain' && inputs.wait"
  expect(groupsOf('cluster')).toEqual([`\${{ ${waits} && 'stovepipe-traffic' || 'stovepipe-cluster' }}`])
  // A starter may say `wait` once for every command: only a drain knows it.
  const [step] = jobsOf('cluster').cluster?.steps ?? []
  expect(step).toMatchObject({ with: { wait: `\${{ ${waits} || '' }}` } })
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

test('the workflow’s own token is a password of GitHub’s registries alone', () => {
  const steps = parsed.flatMap(({ jobs }) => Object.values(jobs).flatMap(({ steps = [] }) => steps))
  const passwords = steps
    .filter(({ uses }) => uses?.startsWith('docker/login-action@'))
    .map(step => String(step.with?.password).replaceAll(/\s+/g, ' '))
  expect(passwords).toHaveLength(4)
  const own = "(inputs.registry == 'ghcr.io' || startsWith(inputs.registry, 'containers.'))"
  for (const password of passwords) {
    if (password.includes('github.token')) {
      expect(
        [own, "env.OWN == 'true'"].map(each => `\${{ secrets.registry-password || ${each} && github.token || '' }}`),
      ).toContain(password)
    }
  }
  expect(jobsOf('preview').build?.env?.OWN).toBe(`\${{ ${own.slice(1, -1)} }}`)
})

test('a release can write nothing in the GitOps repository: the job that tells it has no permission of its own', () => {
  expect(jobsOf('release').dispatch?.permissions).toEqual({})
  expect(Object.values(jobsOf('release')).map(({ permissions }) => permissions.contents ?? 'none')).not.toContain(
    'write',
  )
})
