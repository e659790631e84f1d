import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Builder, type BuildPlan, entries } from '../builder.ts'
import { execute } from '../execute.ts'
import { versionObstacle } from './obstacle.ts'

type Files = { registries: string; digest: string }

/** buildah needs no daemon. Where and how it builds, it takes from its own STORAGE_DRIVER and BUILDAH_ISOLATION. */
export const buildah: Builder = {
  name: 'buildah',
  obstacle: run => versionObstacle(run, 'buildah', ['--version']),

  async build(plan, tools) {
    const files = { registries: join(tools.folder, 'registries.conf'), digest: join(tools.folder, 'digest') }
    if (plan.insecure !== undefined) await writeFile(files.registries, registries(plan.insecure))
    const [build, push] = buildahCommands(plan, files)
    await execute(tools, 'buildah', build)
    if (!plan.push) return undefined
    await execute(tools, 'buildah', push)
    return (await readFile(files.digest, 'utf8')).trim()
  },
}

/** The arguments of the build and of the push. */
export function buildahCommands(plan: BuildPlan, files: Files): [build: string[], push: string[]] {
  const settings = plan.insecure === undefined ? [] : ['--registries-conf', files.registries]
  const build = [
    ...settings,
    'bud',
    '--file',
    plan.file,
    ...(plan.target === undefined ? [] : ['--target', plan.target]),
    ...entries('--build-arg', plan.buildArgs),
    ...entries('--label', plan.labels),
    '--timestamp',
    String(plan.epoch),
    '--tag',
    plan.reference,
    plan.context,
  ]
  const push = [...settings, 'push', '--digestfile', files.digest, plan.reference]
  return [build, push]
}

/**
 * Plain HTTP for the registry on loopback, and only for it: `--tls-verify=false` would leave the base image from
 * elsewhere unverified too. Names without a host are Docker Hub's, as docker has it.
 */
function registries(host: string): string {
  return `unqualified-search-registries = ["docker.io"]\n[[registry]]\nlocation = "${host}"\ninsecure = true\n`
}
