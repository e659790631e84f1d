import { expect, test } from '@jest/globals'
import { inWorld, type World } from '../promote/world.ts'

const gate = '{ soak: 0s, analysis: { templates: [golden] } }'
const everything = { contents: 'write', checks: 'write', deployments: 'write', metadata: 'read' } as const
const home = ({ github }: World) => github.state.repositories.get('acme/app')
const shown = (world: World) =>
  home(world)?.deployments.map(({ environment, sha, statuses }) => [environment, sha, statuses.at(-1)?.state])
const decision = { reason: 'errors at the till', by: 'grace' }
const rollBack = (world: World, inputs: Readonly<Record<string, string>>) =>
  world.start({ ...decision, ...inputs }, { action: 'rollback' })

test(
  'a rollback by a person is shown: what each cluster went back to, and the next promotion sees it healthy',
  () =>
    inWorld(gate, async world => {
      const { clientId, privateKey } = world.github.app({
        repositories: ['acme/app', 'acme/gitops'],
        permissions: everything,
      })
      const credentials = { 'app-client-id': clientId, 'app-private-key': privateKey }
      const one = await world.build('one')
      await world.start({ image: one.image, ...credentials })
      const two = await world.build('two')
      await world.start({ image: two.image, ...credentials })
      const { code, outputs, log } = await rollBack(world, credentials)
      expect([code, outputs.result]).toEqual([0, 'written'])
      expect(log).not.toContain('::warning')
      const before = [
        ['app/canary', one.commit, 'inactive'],
        ['app/primary', one.commit, 'inactive'],
      ]
      expect(shown(world)).toEqual([
        ...before,
        ['app/canary', two.commit, 'success'],
        ['app/primary', two.commit, 'success'],
        ['app/canary', one.commit, 'in_progress'],
        ['app/primary', one.commit, 'in_progress'],
      ])
      await world.start(credentials)
      const after = [
        ...before,
        ['app/canary', two.commit, 'inactive'],
        ['app/primary', two.commit, 'inactive'],
        ['app/canary', one.commit, 'success'],
        ['app/primary', one.commit, 'success'],
      ]
      expect(shown(world)).toEqual(after)
    }),
  120_000,
)

test(
  'a rollback in the middle of a gate closes what a killed promotion left open, and with `watch` sees it healthy',
  () =>
    inWorld(gate, async world => {
      const token = world.github.token({ repositories: ['acme/app', 'acme/gitops'], permissions: everything })
      const one = await world.build('one')
      await world.start({ image: one.image, token })
      const quick = (await world.gitops.read('analysis/golden.yaml')) ?? ''
      await world.gitops.commit({ 'analysis/golden.yaml': quick.replace('initialDelay: 0s', 'initialDelay: 1h') })
      const two = await world.build('two')
      const ofTwo = () => home(world)?.checks.filter(({ sha }) => sha === two.commit)
      const isPlaying = () => ofTwo()?.[0]?.status === 'in_progress' && home(world)?.deployments.length === 3
      await world.start({ image: two.image, token }, { cancelWhen: isPlaying, by: 'SIGKILL' })
      expect(ofTwo()).toMatchObject([{ status: 'in_progress' }])
      const { code, outputs } = await rollBack(world, { token, watch: 'true' })
      expect([code, outputs.result]).toEqual([0, 'rolled-back'])
      expect(ofTwo()).toMatchObject([{ status: 'completed', conclusion: 'neutral', title: 'Stopped' }])
      expect(ofTwo()?.[0]?.summary).toContain('grace: errors at the till')
      expect(shown(world)).toEqual([
        ['app/canary', one.commit, 'inactive'],
        ['app/primary', one.commit, 'success'],
        ['app/canary', two.commit, 'inactive'],
        ['app/canary', one.commit, 'success'],
      ])
    }),
  120_000,
)

test(
  'a token that may only write the rollback writes it, and one warning each names what it may not',
  () =>
    inWorld(gate, async world => {
      const all = world.github.token({ repositories: ['acme/app', 'acme/gitops'], permissions: everything })
      await world.start({ image: (await world.build('one')).image, token: all })
      await world.start({ image: (await world.build('two')).image, token: all })
      const token = world.github.token({
        repositories: ['acme/app', 'acme/gitops'],
        permissions: { contents: 'write', metadata: 'read' },
      })
      const before = shown(world)
      const { code, outputs, log } = await rollBack(world, { token })
      expect([code, outputs.result]).toEqual([0, 'written'])
      const warnings = log.split('\n').filter(line => line.startsWith('::warning'))
      expect(warnings.filter(line => line.includes('needs the permission "deployments: write" there'))).toHaveLength(1)
      expect(warnings.filter(line => line.includes('needs the permission "checks: write" there'))).toHaveLength(1)
      expect(warnings).toHaveLength(2)
      expect(shown(world)).toEqual(before)
    }),
  120_000,
)
