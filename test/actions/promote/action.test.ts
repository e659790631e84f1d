import { expect, test } from '@jest/globals'
import type { FaultyRegistry } from '../../support/registry/index.ts'
import { inWorld, type World } from './world.ts'

const gate = '{ analysis: { templates: [golden] } }'
const everything = { contents: 'write', checks: 'write', deployments: 'write', metadata: 'read' } as const
const both = ['acme/app', 'acme/gitops']

const app = (world: World) => {
  const { clientId, privateKey } = world.github.app({ repositories: both, permissions: everything })
  return { 'app-client-id': clientId, 'app-private-key': privateKey }
}
const home = ({ github }: World) => github.state.repositories.get('acme/app')
const shown = (world: World) =>
  home(world)?.deployments.map(({ environment, sha, statuses }) => [environment, sha, statuses.at(-1)?.state])

test(
  'with an App: promoted, shown on the source commit, told as a timeline; each token for one thing, and masked',
  () =>
    inWorld(gate, async world => {
      const { github, server } = world
      const credentials = app(world)
      const one = await world.build('one')
      expect((await world.start({ image: one.image, ...credentials })).outputs.result).toBe('promoted')
      const { image, commit, tag } = await world.build('two')
      const { code, log, outputs, summary } = await world.start({ image, ...credentials })
      expect([code, outputs.result]).toEqual([0, 'promoted'])
      const canary = home(world)?.checks.filter(({ sha }) => sha === commit)
      expect(canary).toMatchObject([
        {
          name: 'app / canary / canary',
          status: 'completed',
          conclusion: 'success',
          detailsUrl: `${server}/acme/gitops/actions/runs/7`,
        },
      ])
      expect(shown(world)).toEqual([
        ['app/canary', one.commit, 'inactive'],
        ['app/primary', one.commit, 'inactive'],
        ['app/canary', commit, 'success'],
        ['app/primary', commit, 'success'],
      ])
      expect(summary).toContain(`### ✅ app of ${tag}: promoted`)
      expect(summary).toContain(`[${one.tag} → ${tag}](${server}/acme/app/compare/${one.commit}...${commit})`)
      expect(summary).toMatch(
        /\| \S+ \S+ \| canary \| canary \| .* \| ✅ its gate passed; 1 targets report .*analysis: .* \|/,
      )
      expect(summary).toMatch(
        /\| canary \| sha-\S+ \| golden \| ✅ passed \| \S* \| 2 metrics held in 2 measurements\. \|/,
      )
      const [pin] = JSON.parse(outputs.commits ?? '[]')
      expect(summary).toContain(`[${pin.slice(0, 10)}](${server}/acme/gitops/commit/${pin})`)
      expect(JSON.parse(outputs.json ?? '').timeline.analyses).toHaveLength(1)

      const minted = [...github.state.tokens.values()]
      expect(
        new Set(minted.map(({ repositories, permissions }) => JSON.stringify([repositories, permissions]))),
      ).toEqual(
        new Set(
          [
            [['acme/gitops'], { contents: 'write' }],
            [['acme/app'], { contents: 'read' }],
            [['acme/app'], { checks: 'write', contents: 'read' }],
            [['acme/app'], { deployments: 'write', contents: 'read' }],
          ].map(each => JSON.stringify(each)),
        ),
      )
      expect(log.indexOf('::add-mask::')).toBe(0)
      for (const { token } of minted) expect(log.replaceAll(`::add-mask::${token}`, '')).not.toContain(token)
      expect(log).not.toMatch(/::warning|^(?!::add-mask::).*PRIVATE KEY/m)
    }),
  120_000,
)

test(
  'a bad release fails its check and goes back; the summary says why, and nothing in it is taken for markup',
  () =>
    inWorld(gate, async world => {
      const credentials = app(world)
      const one = await world.build('one')
      await world.start({ image: one.image, ...credentials })
      world.errors = 0.05
      const two = await world.build('two')
      const { code, outputs, summary, log } = await world.start({ image: two.image, ...credentials })
      expect([code, outputs.result]).toEqual([1, 'rolled-back'])
      const check = home(world)?.checks.find(({ sha }) => sha === two.commit)
      expect(check).toMatchObject({ conclusion: 'failure', title: 'Judged bad' })
      expect(check?.summary).toContain('Metric "error-rate" failed: &#91;0.05&#93;')
      expect(check?.text).toMatch(/\| error-rate \| Failed \| analysis\/golden.yaml:\d+ \|/)
      expect(shown(world)).toEqual([
        ['app/canary', one.commit, 'inactive'],
        ['app/primary', one.commit, 'success'],
        ['app/canary', two.commit, 'failure'],
        ['app/canary', one.commit, 'success'],
      ])
      expect(summary).toContain(`### ↩️ app of ${two.tag}: rolled-back`)
      expect(summary).toMatch(/\| canary \| canary \| .*compare.* \| ❌ canary: analysis failed: .* \| \S+ \|/)
      expect(summary).toMatch(/\| canary \| canary \| ↩️ .*compare.* \| ✅ accepted here before/)
      expect(summary).toMatch(/❌ failed \| \S+ \| Metric "error-rate" failed: &#91;0\.05&#93;/)
      expect(log).not.toContain('::warning')
    }),
  120_000,
)

test(
  "a workflow's own token, which reaches the GitOps repository alone, promotes as ever and warns of what it may not",
  () =>
    inWorld(gate, async world => {
      const token = world.github.token({ repositories: ['acme/gitops'], permissions: { contents: 'write' } })
      const { image } = await world.build('one')
      const { code, outputs, log } = await world.start({ image, token })
      expect([code, outputs.result]).toEqual([0, 'promoted'])
      const warnings = log.split('\n').filter(line => line.startsWith('::warning'))
      expect(warnings.filter(line => line.includes('no check runs are shown on acme/app'))).toHaveLength(1)
      expect(warnings.filter(line => line.includes('"checks: write"'))).toHaveLength(1)
      expect(warnings.filter(line => line.includes('"deployments: write"'))).toHaveLength(1)
      expect(home(world)).toMatchObject({ checks: [], deployments: [] })
    }),
  120_000,
)

test(
  'a cancelled run leaves its check cancelled, and the next one goes on with it and with the deployment',
  () =>
    inWorld('{ soak: 0s, analysis: { templates: [golden] } }', async world => {
      const credentials = app(world)
      const { image, commit } = await world.build('one')
      const slow =
        (await world.gitops.read('analysis/golden.yaml'))?.replace('initialDelay: 0s', 'initialDelay: 1h') ?? ''
      const quick = await world.gitops.read('analysis/golden.yaml')
      await world.gitops.commit({ 'analysis/golden.yaml': slow })
      const isPlaying = () => home(world)?.checks[0]?.status === 'in_progress' && home(world)?.deployments.length === 1
      const cancelled = await world.start({ image, ...credentials }, { cancelWhen: isPlaying })
      expect(cancelled.code).toBe(1)
      expect(cancelled.log).toContain('cancelled by SIGINT')
      expect(cancelled.summary).toMatch(/^### ⏹️ app of sha-\w+: cancelled\n\ncancelled by SIGINT\n/)
      expect(cancelled.summary).toMatch(/\| canary \| canary \| nothing → .* \| ⏳ analysis 1 since .* \|/)
      expect(cancelled.summary).toMatch(/\| canary \| sha-\w+ \| golden \| ⏹️ stopped \|/)
      expect(home(world)?.checks).toMatchObject([{ sha: commit, conclusion: 'cancelled' }])
      expect(shown(world)).toEqual([['app/canary', commit, 'in_progress']])
      await world.gitops.commit({ 'analysis/golden.yaml': quick })
      const { outputs } = await world.start(credentials)
      expect(outputs.result).toBe('promoted')
      expect(home(world)?.checks).toMatchObject([{ sha: commit, conclusion: 'success' }])
      expect(shown(world)).toEqual([
        ['app/canary', commit, 'success'],
        ['app/primary', commit, 'success'],
      ])
    }),
  120_000,
)

test(
  'a run that fails in the middle has a summary all the same: the reason, without markup or secrets, and what was done',
  () =>
    inWorld('{ soak: 0s, analysis: { templates: [golden] } }', async world => {
      const token = world.github.token({ repositories: both, permissions: everything })
      const { image, tag } = await world.build('one')
      const quick = (await world.gitops.read('analysis/golden.yaml')) ?? ''
      await world.gitops.commit({ 'analysis/golden.yaml': quick.replace('initialDelay: 0s', 'initialDelay: 1h') })
      let broken: Promise<unknown> | undefined
      const breaks = () => {
        if (home(world)?.checks[0]?.status === 'in_progress') {
          broken ??= world.gitops.commit({
            'apps/app/pipeline.yaml': `apiVersion: stovepipe.dev/v1alpha1\nkind: "<b>${token} @acme"\n`,
          })
        }
        return false
      }
      const { code, summary, log } = await world.start({ image, token }, { cancelWhen: breaks })
      await broken
      expect(code).toBe(1)
      expect(log).toMatch(/^::error file=apps\/app\/pipeline.yaml/m)
      expect(summary).toContain(`### ❌ app of ${tag}: failed\n\napps/app/pipeline.yaml:2:8: kind: `)
      expect(summary).toContain('&lt;b&gt;&#42;&#42;&#42; &#64;<!-- -->acme')
      expect(summary).not.toContain(token)
      expect(summary).toMatch(/\| canary \| canary \| nothing → .* \|/)
    }),
  120_000,
)

test.each([
  [{ 'app-client-id': 'Iv1.0' }, '::error::input "app-private-key": missing, and the other half of the App is given'],
  [{ 'app-private-key': 'x' }, '::error::input "app-client-id": missing, and the other half of the App is given'],
])(
  'refuses half an App in one line',
  (inputs, message) =>
    inWorld(gate, async world => {
      const { code, log } = await world.start({ ...inputs, token: 'ghs_given' })
      expect(code).toBe(1)
      expect(log.split('\n').find(line => line.startsWith('::error'))).toContain(message)
    }),
  60_000,
)

test.each<[string, FaultyRegistry['fault']]>([
  ['asks to wait', { kind: 'answer', status: 429, headers: { 'retry-after': '1' }, times: 1 }],
  ['fails once', { kind: 'answer', status: 503, times: 1 }],
])(
  'a registry that %s when an image is admitted is asked again',
  (_, fault) =>
    inWorld(gate, async world => {
      const { image } = await world.build('one')
      world.registry.fault = fault
      const { code, outputs, log } = await world.start({ image, until: 'admitted', ...app(world) })
      expect([code, outputs.result, log]).toEqual([0, 'waiting', expect.stringContaining('trying again in 1 s')])
    }),
  60_000,
)

test(
  'a cluster that names no Prometheus, which gates would ask, is told before anything is written, and every time',
  () =>
    inWorld('{ healthy: { timeout: 1m } }', async world => {
      const path = 'clusters/primary.yaml'
      const text = (await world.gitops.read(path)) ?? ''
      await world.gitops.commit({ [path]: text.replace(/, prometheus: .* }/, ' }') })
      const { image } = await world.build('one')
      const before = await world.gitops.head()
      for (const _time of ['once', 'again']) {
        const { code, log } = await world.start({ image, ...app(world) })
        expect({ code, log }).toEqual({
          code: 1,
          log: expect.stringMatching(
            /clusters\/primary\.yaml.*the cluster has no Prometheus to be judged by.*Write spec\.prometheus/,
          ),
        })
      }
      expect(await world.gitops.head()).toBe(before)
    }),
  120_000,
)
