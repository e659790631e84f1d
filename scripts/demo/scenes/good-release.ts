import { claimOrder, claimPinned, claimRegistry, claimRunning, claimServed, clusterRoles } from '../claims.ts'
import { settled } from '../fleet.ts'
import { digestOf } from '../registry.ts'
import { resultOf, type Scene } from '../scene.ts'

export const goodRelease: Scene = {
  letter: 'a',
  title: 'a good release goes to dev, the canary, then the primaries',
  async play(stage) {
    const { world, clusters, facts } = stage
    const from = Date.now()
    const before = await facts.head()
    await world.source.change('Add a kit for letters', {
      'src/catalogue.ts': text =>
        text.replace('  { name: ', "  { name: 'letter', tools: ['knife', 'seal'] },\n  { name: "),
    })
    const built = await stage.build()
    const run = await stage.promote({ image: built.image }).result
    stage.check('promote says promoted', resultOf(run) === 'promoted', resultOf(run))
    await settled(clusters, await facts.head(), 30_000)
    const { all } = clusterRoles(stage.world)
    await claimPinned(stage, all, built)
    await claimRunning(stage, all, built)
    await claimOrder(stage, before, built)
    claimRegistry(stage, built, await digestOf(world.image, built.tag))
    claimServed(stage, from)
    return `${built.tag} runs on all ${all.length} clusters`
  },
}
