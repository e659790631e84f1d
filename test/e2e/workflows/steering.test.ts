import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { acceptedIn, pinCommits, pinnedDigest, stateOf } from '../promotion/history.ts'
import { run } from './gitops.ts'
import { release } from './release.ts'
import { app, canary, dev, inactive, openWorld, primary, type World } from './world.ts'

// What people do to a fleet by workflows: approve, let a cluster join and leave, roll back. The tests follow each other.

jest.setTimeout(400_000) // a promotion takes half a minute, and four times that on a machine with other work

let world: World
/** The release that is approved. */
let approved: string

beforeAll(async () => {
  world = await openWorld('steering')
})
afterAll(() => world?.site.close())

async function weights(): Promise<Record<string, number>> {
  return Object.fromEntries([...(await world.balancer.servers())].map(([name, { weight }]) => [name, weight]))
}

test('a gate that asks for approval: the primaries come after a person’s, which is recorded with their name', async () => {
  const { gitops } = world
  const path = `apps/${app}/pipeline.yaml`
  const pipeline = (await gitops.read(path)) ?? ''
  await gitops.commit({
    [path]: pipeline.replace(
      /^( +)deadline: 30m\n/m,
      (line, indent) => `${line}${indent}approval: { environment: production }\n`,
    ),
  })
  const from = await gitops.head()
  const { dispatched, digest } = await release(world)
  // act holds no job back for an environment: the review that GitHub would have waited for is there from the start.
  dispatched.reviews.push({ state: 'approved', comment: 'go', login: 'rosa', environments: ['production'] })
  const promoted = await run(world, 'promote.yml', { dispatched })
  expect(promoted).toMatchObject({ code: 0, jobs: { Admit: 'success', Carry: 'success', Proceed: 'success' } })
  expect(Object.keys(promoted.jobs)).toContainEqual(expect.stringMatching(/^Approve coolkit canary /))

  const commits = await pinCommits(gitops, app, from)
  expect(commits.map(({ clusters }) => clusters)).toEqual([[dev], [canary], [primary]])
  const before = await gitops.git('show', `${commits[2]?.commit}^:apps/${app}/release.yaml`)
  expect(before).toMatch(/wave: canary\n\s+environment: production\n\s+by: rosa\n/)
  approved = digest
})

test('a cluster joins: it gets what the fleet has accepted, and then its share', async () => {
  const { gitops } = world
  const inputs = { cluster: inactive, command: 'activate', reason: 'a third zone' }
  expect(await run(world, 'cluster.yml', { inputs })).toMatchObject({ code: 0 })
  expect(await stateOf(gitops, inactive)).toBe('joining')
  expect(await run(world, 'promote.yml')).toMatchObject({ code: 0, jobs: { Carry: 'success' } })
  expect(await stateOf(gitops, inactive)).toBe('active')
  expect(await pinnedDigest(gitops, app, inactive)).toBe(approved)
  expect(await weights()).toEqual({ [canary]: 1, [primary]: 1, [inactive]: 1 }) // as HAProxy has started

  const routed = await run(world, 'traffic.yml', { after: 'Promote' })
  expect(routed).toMatchObject({ code: 0, jobs: { Route: 'success' } })
  expect(await weights()).toEqual({ [canary]: 26, [primary]: 247, [inactive]: 247 }) // 5 in 100
})

test('a drain is written to Git, and the load balancer follows when the run has ended', async () => {
  const { gitops } = world
  const path = `clusters/${primary}.yaml`
  const before = (await gitops.read(path)) ?? ''
  const inputs = { cluster: primary, command: 'drain', reason: 'new disks' }
  expect(await run(world, 'cluster.yml', { inputs })).toMatchObject({ code: 0 })
  expect(await weights()).toMatchObject({ [primary]: 247 })
  expect(await run(world, 'traffic.yml', { after: 'Cluster' })).toMatchObject({ code: 0, jobs: { Route: 'success' } })
  expect(await weights()).toEqual({ [canary]: 13, [primary]: 0, [inactive]: 247 })

  await gitops.commit({ [path]: before })
  const again = await run(world, 'traffic.yml') // by the schedule
  expect(again.summaries.join('')).toContain('Traffic is routed as the fleet asks')
  expect(await weights()).toMatchObject({ [primary]: 247 })
})

test('a cluster leaves: drained at the load balancer, then deactivated', async () => {
  const { gitops } = world
  const drain = { cluster: primary, command: 'drain', reason: 'new nodes' }
  const drained = await run(world, 'cluster.yml', { inputs: drain, settings: ['wait: 10s'] })
  expect(drained).toMatchObject({ code: 0 })
  expect(await stateOf(gitops, primary)).toBe('draining')
  expect(await weights()).toEqual({ [canary]: 13, [primary]: 0, [inactive]: 247 }) // 5 in 100

  const inputs = { cluster: primary, command: 'deactivate', reason: 'new nodes' }
  expect(await run(world, 'cluster.yml', { inputs })).toMatchObject({ code: 0 })
  expect(await stateOf(gitops, primary)).toBe('inactive')
})

test('a rollback by hand: one commit, promotions are suspended, and what has nothing to go back to is named', async () => {
  const { gitops } = world
  const from = await gitops.head()
  const inputs = { app, reason: 'customers complain' }
  const back = await run(world, 'rollback.yml', { inputs })
  expect(back).toMatchObject({ code: 0, jobs: { 'Roll back': 'success' } })
  // The cluster that joined has never run anything else that was accepted there; the one that left is put back as well.
  const commits = await pinCommits(gitops, app, from)
  expect(commits).toMatchObject([{ clusters: [dev, canary, primary], digests: [world.first] }])
  expect(back.summaries.join('')).toContain(inactive)
  const { [canary]: accepted } = await acceptedIn(gitops, app)
  expect(accepted?.digest).toBe(world.first)
  expect(await gitops.read(`apps/${app}/release.yaml`)).toMatch(/suspended:\n(\s+\w+: .*\n)*\s+by: dana\n/)
  const after = await gitops.head()
  await run(world, 'promote.yml')
  expect(await pinCommits(gitops, app, after)).toEqual([])
})
