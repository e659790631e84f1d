import { ConfigurationError } from '../../configuration/index.ts'
import type { RunCommand } from '../../host/index.ts'
import type { Builder, BuilderName, Needs } from './builder.ts'
import { buildah } from './builders/buildah.ts'
import { buildx } from './builders/buildx.ts'
import { docker } from './builders/docker.ts'

/** In the order in which they are tried: the one most people have first. */
const builders: readonly Builder[] = [buildx, docker, buildah]

/**
 * Finds the builder to use: the one that is named, else the first that works on this machine and can do what the build
 * needs. Throws a ConfigurationError that says why each cannot be used.
 */
export async function findBuilder(run: RunCommand, needs: Needs, named?: BuilderName): Promise<Builder> {
  const obstacles: string[] = []
  for (const builder of builders.filter(({ name }) => named === undefined || name === named)) {
    const lack = builder.lacks(needs)
    const obstacle = lack === undefined ? await builder.obstacle(run) : `it has no ${lack}`
    if (obstacle === undefined) return builder
    obstacles.push(`${builder.name}: ${obstacle}`)
  }
  const asks = obstacles.some(obstacle => obstacle.includes(': it has no '))
  throw new ConfigurationError({
    problem: `${named === undefined ? 'no builder works' : `the builder ${named} does not work`} for this on this machine (${obstacles.join('; ')})`,
    place: { input: 'builder' },
    cure: asks
      ? 'Use buildx (docker/setup-buildx-action before this step), or leave out what the builder does not have'
      : named === undefined
        ? 'Install Docker or buildah'
        : 'Install or start it, or leave `builder` out',
  })
}
