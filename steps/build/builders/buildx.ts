import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { RunCommand } from '../../../host/index.ts'
import { type Builder, type BuildPlan, entries, withEpoch } from '../builder.ts'
import { BuildError, execute } from '../execute.ts'
import { secretFlags } from '../secrets.ts'
import { versionObstacle } from './obstacle.ts'

const metadata = z.object({ 'containerimage.digest': z.string().optional() })

/** `docker buildx`: BuildKit, with the builder instance that is current (docker/setup-buildx-action chooses it). */
export const buildx: Builder = {
  name: 'buildx',
  // What the driver of its instance lacks, it says itself before it begins, and the cure is added to that.
  lacks: () => undefined,

  async obstacle(run) {
    const obstacle = await versionObstacle(run, 'docker', ['buildx', 'version'])
    if (obstacle !== undefined) return obstacle
    const { error } = await inspect(run)
    return error === undefined ? undefined : `\`docker buildx inspect\` failed: ${error}`
  },

  async build(plan, tools) {
    const file = join(tools.folder, 'metadata.json')
    const { driver } = await inspect(tools.run)
    await execute(tools, 'docker', buildxArguments(plan, file, driver))
    if (!plan.push) return undefined
    const digest = metadata.parse(JSON.parse(await readFile(file, 'utf8')))['containerimage.digest']
    if (digest === undefined) throw new BuildError('docker buildx pushed, but did not say which digest')
    return digest
  },
}

/** Asks for the current instance. It exits 0 even if its daemon is down, and says so in a line of its own. */
async function inspect(run: RunCommand): Promise<{ driver: string; error?: string }> {
  const { code, stdout, stderr } = await run('docker', ['buildx', 'inspect'])
  const said = /^\s*error:\s*(.*)$/im.exec(`${stdout}\n${stderr}`)?.[1]
  const error = said ?? (code === 0 ? undefined : stderr.trim())
  const driver = /^Driver:\s*(\S+)/m.exec(stdout)?.[1] ?? 'docker'
  return { driver, ...(error !== undefined && { error }) }
}

/** The arguments of the one command that builds and pushes, for an instance with that driver. */
export function buildxArguments(plan: BuildPlan, metadataFile: string, driver: string): string[] {
  const { platforms, cacheFrom, cacheTo, sbom, provenance } = plan
  return [
    'buildx',
    'build',
    ...(plan.pull ? ['--pull'] : []),
    '--file',
    plan.file,
    ...(plan.target === undefined ? [] : ['--target', plan.target]),
    ...(platforms.length === 0 ? [] : ['--platform', platforms.join(',')]),
    ...entries('--build-arg', withEpoch(plan)),
    ...entries('--label', plan.labels),
    ...secretFlags(plan.secrets),
    ...cacheFrom.flatMap(cache => ['--cache-from', cache]),
    ...cacheTo.flatMap(cache => ['--cache-to', cache]),
    // Not asked for: one manifest instead of an index with attestations beside it, whose digest is another each time.
    provenance === undefined ? '--provenance=false' : `--provenance=mode=${provenance}`,
    ...(sbom === undefined ? [] : [`--sbom=${sbom}`]),
    '--metadata-file',
    metadataFile,
    '--tag',
    plan.reference,
    ...output(plan, driver),
    plan.context,
  ]
}

/**
 * Where the image goes. BuildKit of its own writes the commit's time on every file of its layers; Docker's, which
 * has another exporter, cannot. What is not pushed is loaded where an image store can hold it.
 */
function output({ push, platforms, sbom, provenance }: BuildPlan, driver: string): string[] {
  if (push) return driver === 'docker' ? ['--push'] : ['--output', 'type=image,push=true,rewrite-timestamp=true']
  const single = platforms.length < 2 && sbom === undefined && provenance === undefined
  return single ? ['--load'] : ['--output', 'type=cacheonly']
}
