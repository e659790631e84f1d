import { claimPinned, claimRunning, claimServed, clusterRoles } from '../claims.ts'
import { settled } from '../fleet.ts'
import { resultOf, type Scene } from '../scene.ts'

const notes = 'docs/on-call.md'
const dev = 'apps/coolkit/clusters/dev/kustomization.yaml'
const remark = '# dev is rebuilt every Monday\n'

export const lostRace: Scene = {
  letter: 'd',
  title: 'someone else commits to the same repository during a push',
  async play(stage) {
    const { world, clusters, facts } = stage
    const { gitops, git, source } = world
    const from = Date.now()
    const before = await facts.head()
    await source.change('Stop failing', {
      // The remark is what makes this an image of its own: without it, the one of before would be found and tagged again.
      Dockerfile: text => text.replace('ARG FAULT=errors:0.05', '# Never again errors:0.05.\nARG FAULT=none'),
    })
    const built = await stage.build()

    // Just before Git sees a push, a teammate's commit lands: every other push of this run loses its race.
    const theirs: string[] = []
    let pushes = 0
    git.hooks.before = async (kind, repository) => {
      if (kind !== 'push' || repository !== 'gitops' || pushes++ % 2 !== 0) return
      const text = theirs.length === 1 ? `${remark}${(await gitops.read(dev)) ?? ''}` : undefined
      const files = text === undefined ? { [notes]: `Call ${theirs.length + 1}: all is well.\n` } : { [dev]: text }
      theirs.push(await gitops.commit(files, { message: 'Note something', author: 'Terry Teammate' }))
    }
    const run = await stage.promote({ image: built.image, until: 'dev' }).result
    git.hooks.before = undefined

    stage.check('a push lost its race, and promote went on', theirs.length > 0 && pushes > theirs.length, pushes)
    stage.check('promote stops after the wave dev', ['waiting', 'promoted'].includes(resultOf(run)), resultOf(run))
    await settled(clusters, await facts.head(), 30_000)
    const { dev: first } = clusterRoles(stage.world)
    await claimPinned(stage, first, built)
    await claimRunning(stage, first, built)
    const steps = await facts.steps(before)
    const kept = theirs.filter(commit => steps.some(step => step.commit === commit))
    stage.check("all of the teammate's commits are in the history", kept.length === theirs.length)
    stage.check('their note is there', ((await facts.read(notes)) ?? '').includes('all is well'))
    const ours = steps.findIndex(({ pins }) =>
      pins.some(({ cluster, digest }) => cluster === 'dev' && digest === built.digest),
    )
    const pinned = steps[ours]
    stage.check('the pin was written on top of their commit', theirs.includes(pinned?.parent ?? ''), pinned?.parent)
    stage.check('their remark in the very file of the pin is there', ((await facts.read(dev)) ?? '').startsWith(remark))
    claimServed(stage, from)
    return `${theirs.length} pushes lost to a teammate's commits; both changes are there`
  },
}
