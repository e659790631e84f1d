import { expect, test } from '@jest/globals'
import { commands } from '../../../cli/commands.ts'
import { run } from '../../../cli/run.ts'
import { runCommand } from '../../../host/index.ts'
import { fleetFiles, withGitOps } from '../gitops.ts'
import { terminal } from '../terminal.ts'

const image = (digit: string) => `ghcr.io/acme/coolkit:sha-${digit.repeat(12)}@sha256:${digit.repeat(64)}`

async function bump(repository: string, ...args: string[]) {
  const io = terminal({ env: process.env })
  const code = await run(['bump', '--repository', repository, '--app', 'coolkit', ...args], commands, io)
  return { code, printed: io.printed(), logged: io.logged() }
}

async function pinOf(repository: string, cluster: string): Promise<string> {
  const file = `main:apps/coolkit/clusters/${cluster}/kustomization.yaml`
  return (await runCommand('git', ['--git-dir', repository, 'show', file])).stdout
}

test('sets a pin and shows the change; run twice, the second changes nothing and says so', async () => {
  await withGitOps(fleetFiles(), async repository => {
    const args = ['--image', image('e'), '--clusters', 'role=canary'] as const
    const first = await bump(repository, ...args)
    expect(first).toMatchObject({ code: 0, printed: expect.stringMatching(/^\+.*sha-e{12}/m) })
    expect(await pinOf(repository, 'prod-a')).toContain('e'.repeat(64))
    expect(await bump(repository, ...args)).toMatchObject({
      code: 0,
      printed: expect.stringContaining('nothing changed'),
    })
  })
})

test('a dry run writes nothing', async () => {
  await withGitOps(fleetFiles(), async repository => {
    const { code, printed } = await bump(
      repository,
      '--image',
      image('e'),
      '--clusters',
      'prod-a',
      '--dry-run',
      '--json',
    )
    expect(code).toBe(0)
    expect(JSON.parse(printed)).toMatchObject({ kind: 'planned', bumped: [{ cluster: 'prod-a' }] })
    expect(await pinOf(repository, 'prod-a')).toContain('b'.repeat(64))
  })
})

test.each([
  { what: 'a primary without evidence', digit: 'e', cluster: 'prod-b' },
  { what: 'what is in quarantine', digit: 'd', cluster: 'prod-a' },
])('$what is refused with exit 4 and nothing is written', async ({ digit, cluster }) => {
  await withGitOps(fleetFiles(), async repository => {
    const before = await pinOf(repository, cluster)
    const { code, logged } = await bump(repository, '--image', image(digit), '--clusters', cluster)
    expect(code).toBe(4)
    expect(logged).toContain(`error: ${cluster} is refused: `)
    expect(await pinOf(repository, cluster)).toBe(before)
  })
})

test.each([
  { wrong: 'no image', args: ['--clusters', 'prod-a'], said: 'input "--image": missing' },
  { wrong: 'no clusters', args: ['--image', image('e')], said: 'input "--clusters": missing' },
  { wrong: 'a hostile image', args: ['--image', 'x;$(id)\n', '--clusters', 'prod-a'], said: 'input "image"' },
  {
    wrong: 'no such cluster',
    args: ['--image', image('e'), '--clusters', 'prod-z'],
    said: 'no cluster matches (found "prod-z")',
  },
])('$wrong is a mistake with its place, exit 2', async ({ args, said }) => {
  await withGitOps(fleetFiles(), async repository => {
    const { code, logged } = await bump(repository, ...args)
    expect(code).toBe(2)
    expect(logged).toContain(said)
  })
})
