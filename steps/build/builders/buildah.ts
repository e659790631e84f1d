import { readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type Builder, type BuildPlan, entries } from '../builder.ts'
import { execute } from '../execute.ts'
import { secretFlags } from '../secrets.ts'
import { versionObstacle } from './obstacle.ts'

type Files = {
  registries: string
  digest: string
  /** What a list of several platforms' images is called here while it is built. */
  list: string
}

/** buildah needs no daemon. Where and how it builds, it takes from its own STORAGE_DRIVER and BUILDAH_ISOLATION. */
export const buildah: Builder = {
  name: 'buildah',
  obstacle: run => versionObstacle(run, 'buildah', ['--version']),

  lacks({ cacheFrom, cacheTo, sbom, provenance }) {
    if (cacheFrom.length + cacheTo.length > 0) return "caches of BuildKit's kind"
    return (sbom ?? provenance) ? 'attestations' : undefined
  },

  async build(plan, tools) {
    const { folder } = tools
    const list = basename(folder).toLowerCase()
    const files = { registries: join(folder, 'registries.conf'), digest: join(folder, 'digest'), list }
    if (plan.insecure !== undefined) await writeFile(files.registries, registries(plan.insecure))
    const [build, push] = buildahCommands(plan, files)
    try {
      await execute(tools, 'buildah', build)
      if (!plan.push) return undefined
      await execute(tools, 'buildah', push)
    } finally {
      if (plan.platforms.length > 1) await tools.run('buildah', ['manifest', 'rm', list])
    }
    return (await readFile(files.digest, 'utf8')).trim()
  },
}

/** The arguments of the build and of the push. */
export function buildahCommands(plan: BuildPlan, files: Files): [build: string[], push: string[]] {
  const settings = plan.insecure === undefined ? [] : ['--registries-conf', files.registries]
  const several = plan.platforms.length > 1
  const build = [
    ...settings,
    'bud',
    // In every version; what `--pull` means has changed.
    ...(plan.pull ? ['--pull-always'] : []),
    '--file',
    plan.file,
    ...(plan.target === undefined ? [] : ['--target', plan.target]),
    ...(plan.platforms.length === 0 ? [] : ['--platform', plan.platforms.join(',')]),
    ...entries('--build-arg', plan.buildArgs),
    ...entries('--label', plan.labels),
    ...secretFlags(plan.secrets),
    '--timestamp',
    String(plan.epoch),
    ...(several ? ['--manifest', files.list] : ['--tag', plan.reference]),
    plan.context,
  ]
  const push = several
    ? ['manifest', 'push', '--all', '--digestfile', files.digest, files.list, `docker://${plan.reference}`]
    : ['push', '--digestfile', files.digest, plan.reference]
  return [build, [...settings, ...push]]
}

/**
 * Plain HTTP for the registry on loopback, and only for it: `--tls-verify=false` would leave the base image from
 * elsewhere unverified too. Names without a host are Docker Hub's, as docker has it.
 */
function registries(host: string): string {
  return `unqualified-search-registries = ["docker.io"]\n[[registry]]\nlocation = "${host}"\ninsecure = true\n`
}
