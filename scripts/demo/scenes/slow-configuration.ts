import { claimServed, clusterRoles, latencyOn } from '../claims.ts'
import { settled } from '../fleet.ts'
import { resultOf, type Scene } from '../scene.ts'

const setting = 'apps/coolkit/base/statefulset.yaml'

export const slowConfiguration: Scene = {
  letter: 'e',
  title: 'a change of configuration that makes the service slow is caught by its latency',
  async play(stage) {
    const { world, clusters, facts } = stage
    const from = Date.now()
    const { all, dev, canaries, primaries } = clusterRoles(stage.world)
    const pinsBefore = await facts.pins()
    const text = (await facts.read(setting)) ?? ''
    const slow = text.replace('name: COOLKIT_DELAY_MS, value: "0"', 'name: COOLKIT_DELAY_MS, value: "300"')
    const before = await world.gitops.commit(
      { [setting]: slow },
      { message: 'Be kind to the disks', author: 'Terry Teammate' },
    )
    stage.check('the setting was changed', slow !== text)
    const base = await facts.tree('apps/coolkit/base')

    const run = await stage.promote({}).result
    stage.check('promote says rolled-back', resultOf(run) === 'rolled-back', resultOf(run))
    await settled(clusters, await facts.head(), 30_000)
    const steps = await facts.steps(before)
    const had = (names: readonly string[]) =>
      steps.some(({ pins }) => pins.some(pin => names.includes(pin.cluster) && pin.base === base))
    stage.check('dev and the canary had the new base/', had(dev) && had(canaries))
    stage.check('no primary ever had it', !had(primaries))
    const pins = await facts.pins()
    const different = all.filter(
      cluster =>
        pins.get(cluster)?.base !== pinsBefore.get(cluster)?.base ||
        pins.get(cluster)?.digest !== pinsBefore.get(cluster)?.digest,
    )
    stage.check('every cluster has what it had before', different.length === 0, different.join(', '))
    stage.check('base/ itself was left as it was edited', (await facts.tree('apps/coolkit/base')) === base)
    const quarantine = (await facts.read('apps/coolkit/quarantine.yaml')) ?? ''
    stage.check('this configuration is in quarantine', quarantine.includes(base))
    const slowest = latencyOn(stage, canaries, 0.99, from)
    const others = latencyOn(stage, primaries, 0.99, from)
    stage.check('the load met slow answers from the canary', slowest > 250, `p99 up to ${slowest} ms`)
    stage.check('and not from the primaries', others <= 250, `p99 up to ${others} ms`)
    claimServed(stage, from)

    const head = await facts.head()
    const again = await stage.promote({}).result
    stage.check(
      'offered again, it goes nowhere',
      ['refused', 'nothing-to-do'].includes(resultOf(again)),
      resultOf(again),
    )
    stage.check('and nothing is written', (await facts.head()) === head)
    return `taken back from dev and the canary; 99% of answers came within ${slowest} ms there, ${others} ms on the primaries`
  },
}
