import { type Builder, type BuildPlan, entries, withEpoch } from '../builder.ts'
import { BuildError, execute } from '../execute.ts'
import { secretFlags } from '../secrets.ts'
import { versionObstacle } from './obstacle.ts'

/** `docker build` and `docker push`, with whatever builder the daemon has. */
export const docker: Builder = {
  name: 'docker',

  lacks({ platforms, cacheFrom, cacheTo, sbom, provenance }) {
    if (platforms.length > 1) return 'images of several platforms'
    if (cacheFrom.length + cacheTo.length > 0) return 'caches'
    return (sbom ?? provenance) ? 'attestations' : undefined
  },

  // Without a daemon the client still answers, but exits with 1 and names no server.
  obstacle: run => versionObstacle(run, 'docker', ['version', '--format', '{{.Server.Version}}']),

  async build(plan, tools) {
    const [build, push] = dockerCommands(plan)
    await execute(tools, 'docker', build)
    if (!plan.push) return undefined
    const { stdout } = await execute(tools, 'docker', push)
    const digest = /digest: (sha256:[0-9a-f]{64}) size:/.exec(stdout)?.[1]
    if (digest === undefined) throw new BuildError('docker push succeeded, but did not say which digest')
    return digest
  },
}

/** The arguments of the build and of the push. */
export function dockerCommands(plan: BuildPlan): [build: string[], push: string[]] {
  const build = [
    'build',
    ...(plan.pull ? ['--pull'] : []),
    '--file',
    plan.file,
    ...(plan.target === undefined ? [] : ['--target', plan.target]),
    ...plan.platforms.flatMap(platform => ['--platform', platform]),
    ...entries('--build-arg', withEpoch(plan)),
    ...entries('--label', plan.labels),
    ...secretFlags(plan.secrets),
    '--tag',
    plan.reference,
    plan.context,
  ]
  return [build, ['push', plan.reference]]
}
