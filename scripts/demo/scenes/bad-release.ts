import { claimNeverOnPrimary, claimRunning, claimServed, clusterRoles } from '../claims.ts'
import { settled } from '../fleet.ts'
import { resultOf, type Scene } from '../scene.ts'

export const badRelease: Scene = {
  letter: 'b',
  title: 'a release that fails 5% of its requests is caught on the canary and rolled back',
  async play(stage) {
    const { world, clusters, facts } = stage
    const from = Date.now()
    const before = await facts.head()
    const pinsBefore = await facts.pins()
    await world.source.change('Answer faster (it does not, and fails 5% of the time)', {
      Dockerfile: text => text.replace('ARG FAULT=none', 'ARG FAULT=errors:0.05'),
    })
    const built = await stage.build()
    const run = await stage.promote({ image: built.image }).result
    stage.check('promote says rolled-back', resultOf(run) === 'rolled-back', resultOf(run))
    await settled(clusters, await facts.head(), 30_000)

    const { all, canaries } = clusterRoles(stage.world)
    const reached = (await facts.steps(before)).some(({ pins }) =>
      pins.some(pin => canaries.includes(pin.cluster) && pin.digest === built.digest),
    )
    stage.check('the canary was pinned to it', reached)
    const pins = await facts.pins()
    const different = all.filter(cluster => pins.get(cluster)?.digest !== pinsBefore.get(cluster)?.digest)
    stage.check('every cluster is pinned to what it had before', different.length === 0, different.join(', '))
    const previous = pinsBefore.get(canaries[0] ?? '')
    if (previous) await claimRunning(stage, all, { ...previous, image: '', commit: '' })
    await claimNeverOnPrimary(stage, before, built)
    const quarantine = (await facts.read('apps/coolkit/quarantine.yaml')) ?? ''
    stage.check('its digest is in quarantine', quarantine.includes(built.digest))
    stage.check('so is the commit it was built from', quarantine.includes(built.commit))
    claimServed(stage, from, built)

    const head = await facts.head()
    const again = await stage.promote({ image: built.image }).result
    stage.check('offered again, promote says refused', resultOf(again) === 'refused', resultOf(again))
    stage.check('and fails the job', again.code !== 0, again.code)
    stage.check('and writes nothing', (await facts.head()) === head)
    return `${built.tag} was taken back from the canary, is in quarantine, and was refused when offered again`
  },
}
