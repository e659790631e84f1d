import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { type Builder, type BuildPlan, entries } from '../builder.ts'
import { BuildError, execute } from '../execute.ts'
import { versionObstacle } from './obstacle.ts'

const metadata = z.object({ 'containerimage.digest': z.string().optional() })

/** `docker buildx`: BuildKit, with the builder instance that is current (docker/setup-buildx-action chooses it). */
export const buildx: Builder = {
  name: 'buildx',

  async obstacle(run) {
    const obstacle = await versionObstacle(run, 'docker', ['buildx', 'version'])
    if (obstacle !== undefined) return obstacle
    // It exits 0 even if its daemon is down, and says so in a line of its own.
    const { code, stdout, stderr } = await run('docker', ['buildx', 'inspect'])
    const error = /^\s*error:\s*(.*)$/im.exec(`${stdout}\n${stderr}`)?.[1]
    return code === 0 && error === undefined ? undefined : `\`docker buildx inspect\` failed: ${error ?? stderr.trim()}`
  },

  async build(plan, tools) {
    const file = join(tools.folder, 'metadata.json')
    await execute(tools, 'docker', buildxArguments(plan, file))
    if (!plan.push) return undefined
    const digest = metadata.parse(JSON.parse(await readFile(file, 'utf8')))['containerimage.digest']
    if (digest === undefined) throw new BuildError('docker buildx pushed, but did not say which digest')
    return digest
  },
}

/** The arguments of the one command that builds and pushes. */
export function buildxArguments(plan: BuildPlan, metadataFile: string): string[] {
  return [
    'buildx',
    'build',
    '--file',
    plan.file,
    ...(plan.target === undefined ? [] : ['--target', plan.target]),
    ...entries('--build-arg', { ...plan.buildArgs, SOURCE_DATE_EPOCH: String(plan.epoch) }),
    ...entries('--label', plan.labels),
    // One manifest instead of an index with attestations beside it: the digest that is pinned is the one that runs.
    '--provenance=false',
    '--metadata-file',
    metadataFile,
    '--tag',
    plan.reference,
    plan.push ? '--push' : '--load',
    plan.context,
  ]
}
