import { setTimeout as sleep } from 'node:timers/promises'
import { claimOrder, claimPinned, claimRunning, claimServed, clusterRoles } from '../claims.ts'
import { settled } from '../fleet.ts'
import { signal } from '../processes.ts'
import { type Built, resultOf, type Scene, type Stage } from '../scene.ts'

export const killed: Scene = {
  letter: 'c',
  title: 'promote is killed in the middle of a wave, and run again',
  async play(stage) {
    const { clusters, facts } = stage
    const from = Date.now()
    const before = await facts.head()
    const built = await releaseOnDev(stage)
    const { all, primaries } = clusterRoles(stage.world)
    const pinned = async () => {
      const pins = await facts.pins()
      return primaries.filter(cluster => pins.get(cluster)?.digest === built.digest)
    }

    const first = stage.promote({ image: built.image })
    let ended = false
    first.result.then(() => {
      ended = true
    })
    while (!ended && (await pinned()).length === 0) await sleep(100)
    signal(first.running.pid, 'SIGKILL')
    const died = await first.result
    const half = await pinned()
    stage.check('promote died of SIGKILL', died.signal === 'SIGKILL', died.signal ?? resultOf(died))
    stage.check('in the middle: one primary is pinned to it, the other is not', half.length === 1, half.join(', '))
    stage.tell(`promote was killed when ${half.join(', ')} was pinned and ${primaries.length - half.length} was not`)

    const second = await stage.promote({ image: built.image }).result
    stage.check('run again, promote says promoted', resultOf(second) === 'promoted', resultOf(second))
    await settled(clusters, await facts.head(), 30_000)
    await claimPinned(stage, all, built)
    await claimRunning(stage, all, built)
    await claimOrder(stage, before, built)
    claimServed(stage, from)
    return `killed with ${half.length} of ${primaries.length} primaries pinned; the second run finished ${built.tag}`
  },
}

/** The release that already is on dev, where an earlier scene left it. */
async function releaseOnDev({ facts, releases }: Stage): Promise<Built> {
  const pin = (await facts.pins()).get('dev')
  const built = releases.find(({ digest }) => digest === pin?.digest)
  if (!built) throw new Error('dev runs nothing that the demo built')
  return built
}
