import { expect, test } from '@jest/globals'
import { inWorld } from './world.ts'

const everything = { contents: 'write', checks: 'write', deployments: 'write', metadata: 'read' } as const

test(
  'a gate that asks a person: the run waits and says for whom, and goes on once that release is approved',
  () =>
    inWorld('{ approval: { environment: production } }', async world => {
      const repositories = ['acme/app', 'acme/gitops']
      const { clientId, privateKey } = world.github.app({ repositories, permissions: everything })
      const credentials = { 'app-client-id': clientId, 'app-private-key': privateKey }
      const { image, tag } = await world.build('one')
      const waiting = await world.start({ image, ...credentials })
      expect([waiting.code, waiting.outputs.result]).toEqual([0, 'waiting'])
      const { release, ...asked } = JSON.parse(waiting.outputs.approval ?? '')
      expect(asked).toEqual({ app: 'app', wave: 'canary', environment: 'production' })
      expect(release).toEqual({
        name: expect.stringMatching(`^${tag}\\.[0-9a-f]{7}\\.${image.split('@sha256:')[1]?.slice(0, 12)}$`),
        tag,
        digest: image.split('@')[1],
        base: expect.stringMatching(/^[0-9a-f]{40}$/),
      })
      const approve = { approve: 'canary', by: 'grace', ...credentials }
      const other = await world.start({ ...approve, 'approve-release': 'sha-000000000000' })
      expect([other.code, other.outputs.result, other.outputs.approval]).toEqual([0, 'superseded', ''])
      const done = await world.start({ ...approve, 'approve-release': release.name })
      expect([done.code, done.outputs.result, done.outputs.approval]).toEqual([0, 'promoted', ''])
      expect(await world.gitops.read('apps/app/release.yaml')).toMatch(
        /approvals:\n\s+- wave: canary\n(?:.*\n){1,2}?\s+by: grace\n/,
      )
    }),
  120_000,
)
