import { existsSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { missingParts } from '../parts/parts.mjs'
import { clusterRoles } from './claims.ts'
import { gitFacts } from './facts.ts'
import { shareTraffic, startFleet } from './fleet.ts'
import { startLoad, total } from './load.ts'
import { page } from './page.ts'
import type { Processes } from './processes.ts'
import { type Built, type Played, went } from './scene.ts'
import { badRelease } from './scenes/bad-release.ts'
import { goodRelease } from './scenes/good-release.ts'
import { killed } from './scenes/killed.ts'
import { lostRace } from './scenes/lost-race.ts'
import { slowConfiguration } from './scenes/slow-configuration.ts'
import { describePin, type Show } from './show.ts'
import { buildImage, bumpManifests, playScenes } from './stage.ts'
import { formatTable, row, served } from './table.ts'
import { watchPins } from './timeline.ts'
import { startWorld } from './world.ts'

export type DemoOptions = {
  /** Where the demo keeps everything. */
  folder: string
  processes: Processes
  show: Show
  /** The file the HTML page is written to. */
  report: string
  /** Gets what must be called at the end, however the demo ends. */
  cleanUp: (() => Promise<unknown>)[]
}

/** The lost race leaves its release on dev, and the killed run carries it on: together they cost one release. */
const scenes = [goodRelease, badRelease, lostRace, killed, slowConfiguration]

/** Requests a second: 5% of it lets 5% of errors be seen within a window of 20 s, nearly always. */
const rate = 320

/** Plays the whole demo. Gives whether every scene went as it should; rejects when it could not be played. */
export async function demo({ folder, processes, show, report, cleanUp }: DemoOptions): Promise<boolean> {
  requireParts()
  const from = Date.now()
  show.heading('A registry, a Git server, Prometheus, HAProxy, one dev and three prod clusters')
  const world = await startWorld(folder, processes, show.line)
  cleanUp.push(() => world.git.close())
  const first = await buildImage(world, show)
  show.line(`build-image pushed ${first.tag}, ${first.digest}`)
  const { all, canaries } = clusterRoles(world)
  await bumpManifests(world, show, first, all)
  const facts = gitFacts(world.gitops, all)
  const timeline = watchPins(facts, change => show.line(describePin(change)))
  cleanUp.push(() => timeline.stop())
  const clusters = await startFleet(world, show.line)
  cleanUp.push(
    ...clusters.map(
      ({ agent }) =>
        () =>
          agent.stop(),
    ),
  )
  show.line(`weights at the load balancer: ${await shareTraffic(world)}`)
  const load = startLoad(world.balancer.url, rate)
  cleanUp.push(() => load.stop())
  const pulse = setInterval(() => {
    const cells = load.between(Date.now() - 10_500, Date.now())
    const { requests, errors } = total(cells)
    const canary = total(cells, ({ cluster }) => canaries.includes(cluster))
    const share = requests === 0 ? 0 : (100 * canary.requests) / requests
    show.line(`the last 10 s: ${requests} requests, ${share.toFixed(1)}% to the canary, ${errors} errors`)
  }, 10_000)
  cleanUp.push(async () => clearInterval(pulse))

  const releases: Built[] = [first]
  const played: Played[] = []
  await playScenes(scenes, { world, clusters, load, facts, releases, show }, one => played.push(one))
  clearInterval(pulse)

  const named = (tag: string) => {
    const index = releases.findIndex(release => release.tag === tag)
    return index < 0 ? tag : `release ${index + 1}`
  }
  const rows = played
    .map(one => row(one, served(load.between(one.from, one.to), canaries, named)))
    .sort((a, b) => a.letter.localeCompare(b.letter))
  const story = { from, to: Date.now(), clusters: all, canaries, pins: timeline.changes, seconds: load.seconds }
  writeFileSync(report, page({ ...story, played, rows, named }))
  show.heading('What it came to')
  console.log(`\n${formatTable(rows)}\n`)
  for (const [index, { tag, digest }] of releases.entries()) console.log(`release ${index + 1}: ${tag} ${digest}`)
  console.log(`\ntimeline, traffic split and errors: ${report}`)
  return played.length === scenes.length && played.every(went)
}

function requireParts(): void {
  const missing = missingParts('demo')
  if (missing.length > 0) throw new Error(`missing: ${missing.map(({ program }) => program).join(', ')}`)
  if (process.getuid?.() !== 0)
    throw new Error('the demo runs images by chroot and mounts their layers: run it as root')
  if (!existsSync(fileURLToPath(new URL('../../dist/promote.mjs', import.meta.url)))) {
    throw new Error('dist/ holds no bundles: run `npm run bundle` first')
  }
}
