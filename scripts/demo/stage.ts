import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DemoCluster } from './clusters.ts'
import type { Facts } from './facts.ts'
import type { Load } from './load.ts'
import { type ActionHost, startAction } from './run-action.ts'
import type { Built, Check, Played, Scene, Stage } from './scene.ts'
import type { Show } from './show.ts'
import { app, type World } from './world.ts'

/** Builds the application's checkout as it is now, by the action build-image; rejects when it does not give a digest. */
export async function buildImage({ source, image, baseImage, ...world }: World, show: Show): Promise<Built> {
  const commit = await source.bare.head()
  const { outputs, code } = await startAction(
    'build-image',
    { image, context: '.', 'build-args': `BASE=${baseImage}`, builder: 'buildah' },
    { ...hostOf(world, show, 'build-image'), env: world.buildEnvironment },
    source.checkout,
  ).result
  const { image: reference = '', tag = '', digest = '' } = outputs
  if (code !== 0 || digest === '') throw new Error(`build-image ended with ${code} and gave no digest`)
  return { image: reference, tag, digest, commit }
}

/** Pins an image on clusters by the action bump-manifests, as a platform engineer does before the kit takes over. */
export async function bumpManifests(
  world: World,
  show: Show,
  { image }: Built,
  clusters: readonly string[],
): Promise<void> {
  const { code } = await startAction(
    'bump-manifests',
    {
      app,
      image,
      clusters: clusters.join(','),
      repository: world.gitops.url,
      branch: 'main',
      directory: '.',
      override: 'the first image of all: nothing runs yet, so nothing can be judged',
    },
    hostOf(world, show, 'bump-manifests'),
    world.source.checkout,
  ).result
  if (code !== 0) throw new Error(`bump-manifests ended with ${code}`)
}

/** Plays scenes one after the other; what one leaves behind is where the next begins. */
export async function playScenes(
  scenes: readonly Scene[],
  parts: { world: World; clusters: readonly DemoCluster[]; load: Load; facts: Facts; releases: Built[]; show: Show },
  done: (played: Played) => void,
): Promise<void> {
  const { world, clusters, load, facts, releases, show } = parts
  for (const scene of scenes) {
    show.heading(`Scene ${scene.letter}: ${scene.title}`)
    const checks: Check[] = []
    const check: Stage['check'] = (claim, holds, found) => {
      checks.push({ claim, holds, ...(found !== undefined && { found: String(found) }) })
      show.line(`${holds ? '✓' : '✗'} ${claim}${holds || found === undefined ? '' : ` (found ${found})`}`)
    }
    const stage: Stage = {
      world,
      clusters,
      load,
      facts,
      releases,
      check,
      async build() {
        const built = await buildImage(world, show)
        releases.push(built)
        show.line(`build-image pushed ${built.tag}, ${built.digest}`)
        return built
      },
      promote: inputs => startAction('promote', promotion(world, inputs), hostOf(world, show, 'promote'), world.folder),
      tell: show.line,
    }
    const from = Date.now()
    const said = await scene.play(stage).catch((error: unknown) => {
      const problem = error instanceof Error ? error.message : String(error)
      check('the scene could be played to its end', false, problem)
      return ''
    })
    const failed = checks.filter(({ holds }) => !holds).length
    const what = failed === 0 ? said : `${failed} of ${checks.length} claims did not hold`
    done({ scene, from, to: Date.now(), what, checks })
    show.line(what)
  }
}

function promotion({ gitops }: World, { image = '', until = '' }: { image?: string; until?: string }) {
  return {
    app,
    image,
    repository: gitops.url,
    branch: 'main',
    directory: '.',
    observer: 'prometheus',
    until,
    'dry-run': 'false',
    token: '',
  }
}

/** What an action prints goes into a log; people see what it says of itself, without its diagnostics. */
function hostOf({ processes, folder }: Pick<World, 'processes' | 'folder'>, show: Show, name: string): ActionHost {
  const tell = (line: string) => {
    appendFileSync(join(folder, 'logs', `${name}.log`), `${line}\n`)
    const wanted = name === 'promote' ? !line.startsWith('::debug::') : /^::(warning|error)/.test(line)
    if (wanted && line.trim() !== '') show.quote(name, line)
  }
  return { processes, folder, env: process.env, tell }
}
