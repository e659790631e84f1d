import { ConfigurationError } from '../../configuration/index.ts'
import type { RunCommand } from '../../host/index.ts'
import type { Builder, BuilderName } from './builder.ts'
import { buildah } from './builders/buildah.ts'
import { buildx } from './builders/buildx.ts'
import { docker } from './builders/docker.ts'

/** In the order in which they are tried: the one most people have first. */
const builders: readonly Builder[] = [buildx, docker, buildah]

/**
 * Finds the builder to use: the one that is named, else the first that works on this machine. Throws a
 * ConfigurationError that says why each cannot be used.
 */
export async function findBuilder(run: RunCommand, named?: BuilderName): Promise<Builder> {
  const obstacles: string[] = []
  for (const builder of builders.filter(({ name }) => named === undefined || name === named)) {
    const obstacle = await builder.obstacle(run)
    if (obstacle === undefined) return builder
    obstacles.push(`${builder.name}: ${obstacle}`)
  }
  throw new ConfigurationError({
    problem: `${named === undefined ? 'no builder works' : `the builder ${named} does not work`} on this machine (${obstacles.join('; ')})`,
    place: { input: 'builder' },
    cure: named === undefined ? 'Install Docker or buildah' : 'Install or start it, or leave `builder` out',
  })
}
