import { expect, test } from '@jest/globals'
import { commands } from '../../../cli/commands.ts'
import { run } from '../../../cli/run.ts'
import { fleetFiles, withGitOps } from '../gitops.ts'
import { terminal } from '../terminal.ts'

async function status(files: Record<string, string>, ...args: string[]) {
  return withGitOps(files, async repository => {
    const io = terminal({ env: process.env })
    const code = await run(['status', '--repository', repository, ...args], commands, io)
    return { code, printed: io.printed(), logged: io.logged() }
  })
}

test('prints clusters with their shares, and what each holds of every app', async () => {
  const { code, printed, logged } = await status(fleetFiles())
  expect(logged).toBe('')
  expect(code).toBe(0)
  expect(printed.replace(/^Git [0-9a-f]{12}$/m, 'Git COMMIT').replace(/base [0-9a-f]{7}/g, 'base TREE')).toBe(
    [
      'Git COMMIT',
      '',
      'CLUSTER  ROLE     STATE     SHARE',
      'dev-1    -        active    -',
      'prod-a   canary   active    10%',
      'prod-b   primary  active    45%',
      'prod-c   primary  active    45%',
      'prod-d   primary  draining  -',
      '',
      'coolkit',
      '  prod-a  sha-bbbbbbbbbbbb  ghcr.io/acme/coolkit@sha256:bbbbbbbbbbbb…  base TREE',
      '  prod-b  sha-aaaaaaaaaaaa  ghcr.io/acme/coolkit@sha256:aaaaaaaaaaaa…  base TREE (not the current one)',
      '  rolled-back: sha-bbbbbbbbbbbb, errors of 5%',
      '  next: sha-cccccccccccc',
      '  suspended by Ada at 2026-05-01T12:00:00.000Z: incident 7',
      '  in quarantine: sha-dddddddddddd since 2026-05-01T10:30:00.000Z, by run 1: errors of 5%',
      '',
      'tool (no pipeline)',
      '  dev-1  7  tool',
      '         8  side',
      '',
    ].join('\n'),
  )
})

test('gives the same as JSON', async () => {
  const { code, printed } = await status(fleetFiles(), '--json')
  expect(code).toBe(0)
  expect(JSON.parse(printed)).toMatchObject({
    commit: expect.stringMatching(/^[0-9a-f]{40}$/),
    canaryShare: 10,
    clusters: expect.arrayContaining([{ name: 'prod-a', role: 'canary', state: 'active', share: 10, labels: {} }]),
    apps: [
      {
        name: 'coolkit',
        pipeline: true,
        release: { tag: 'sha-bbbbbbbbbbbb', phase: 'rolled-back' },
        next: { tag: 'sha-cccccccccccc' },
        suspended: { by: 'Ada' },
        quarantine: [{ tag: 'sha-dddddddddddd', reason: 'errors of 5%' }],
        pins: [
          {
            cluster: 'prod-a',
            images: [
              { repository: 'ghcr.io/acme/coolkit', tag: 'sha-bbbbbbbbbbbb', digest: `sha256:${'b'.repeat(64)}` },
            ],
            currentBase: true,
          },
          { cluster: 'prod-b', currentBase: false },
        ],
      },
      { name: 'tool', pipeline: false, release: null, next: null, suspended: null, quarantine: [] },
    ],
    faults: [],
  })
})

test('one app that cannot be read does not hide the others, and the exit code tells', async () => {
  const files = { ...fleetFiles(), 'apps/coolkit/clusters/prod-a/kustomization.yaml': 'images: [\n' }
  const { code, printed, logged } = await status(files)
  expect(code).toBe(2)
  expect(printed).toContain('prod-b  sha-aaaaaaaaaaaa')
  expect(printed).toContain('tool (no pipeline)')
  expect(logged).toMatch(/^error: apps\/coolkit\/clusters\/prod-a\/kustomization\.yaml:\d+:\d+: not valid YAML/)
})

test.each([
  { wrong: 'a cluster file', files: { 'clusters/prod-a.yaml': 'kind: Clutser\n' }, said: 'clusters/prod-a.yaml:1:' },
  { wrong: 'the branch', args: ['--branch', 'nowhere'], said: 'nowhere' },
  { wrong: 'the directory', args: ['--directory', '../..'], said: 'input "directory"' },
])('refuses with its place: $wrong', async ({ files = {}, args = [], said }) => {
  const { code, printed, logged } = await status({ ...fleetFiles(), ...files }, ...args)
  expect(code).toBe(2)
  expect(logged).toContain(said)
  expect(printed).toBe('')
})

test('a repository that is not there is an error with its address, not a stack', async () => {
  const io = terminal({ env: process.env })
  expect(await run(['status', '--repository', '/nowhere/at/all.git'], commands, io)).not.toBe(0)
  expect(io.logged()).toContain('/nowhere/at/all.git')
  expect(io.logged()).not.toMatch(/^\s+at /m)
})
