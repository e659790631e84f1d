import type { Log, RunCommand } from '../../host/index.ts'
import type { BuildSecret } from './secrets.ts'

/** What to build, every value checked. Paths are absolute. */
export type BuildPlan = {
  /** `registry/path:tag`, with the registry's host even where the user left it out. */
  reference: string
  context: string
  file: string
  target?: string
  /** None: the builder's own. */
  platforms: readonly string[]
  buildArgs: Readonly<Record<string, string>>
  labels: Readonly<Record<string, string>>
  secrets: readonly BuildSecret[]
  cacheFrom: readonly string[]
  cacheTo: readonly string[]
  sbom?: string
  provenance?: 'min' | 'max'
  /** The commit's time, in seconds since the Unix epoch: with a builder that honours it, the same commit is the same image. */
  epoch: number
  push: boolean
  /** Whether base images are fetched anew: what is here under their names may be others than their registries have. */
  pull: boolean
  /** The registry's host if it is on loopback, where it speaks plain HTTP. */
  insecure?: string
}

/** What a builder works with. */
export type Tools = {
  run: RunCommand
  log: Log
  signal: AbortSignal
  /** Texts that the log must not show. */
  hidden: readonly string[]
  /** An empty folder of its own, removed afterwards. */
  folder: string
}

export const builderNames = ['buildx', 'docker', 'buildah'] as const

export type BuilderName = (typeof builderNames)[number]

/** What a build asks of its builder. */
export type Needs = Pick<BuildPlan, 'platforms' | 'cacheFrom' | 'cacheTo' | 'sbom' | 'provenance'>

/** A program that builds and pushes images. */
export interface Builder {
  readonly name: BuilderName
  /** Why it cannot be used on this machine; undefined when it can. */
  obstacle(run: RunCommand): Promise<string | undefined>
  /** What it cannot do of what a build needs, in words; undefined when it can do all. */
  lacks(needs: Needs): string | undefined
  /**
   * Builds, and pushes if the plan says so. Gives the digest that it says it pushed; undefined when nothing was
   * pushed. Throws a BuildError when the program fails.
   */
  build(plan: BuildPlan, tools: Tools): Promise<string | undefined>
}

/** Writes a flag once for each entry: `--label a=b --label c=d`. */
export function entries(flag: string, values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).flatMap(([name, value]) => [flag, `${name}=${value}`])
}

/** The build arguments with the one that BuildKit takes the commit's time from, unless the user has given it. */
export function withEpoch({ buildArgs, epoch }: Pick<BuildPlan, 'buildArgs' | 'epoch'>): Record<string, string> {
  return { ...buildArgs, SOURCE_DATE_EPOCH: buildArgs.SOURCE_DATE_EPOCH ?? String(epoch) }
}
