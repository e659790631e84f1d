import { ConfigurationError, lines, list } from '../../configuration/index.ts'
import { parseImageReference } from '../../images/index.ts'

/** The platforms to build for, such as `linux/arm64`: separated by commas or one on each line. None: the builder's own. */
export function parsePlatforms(text: string): string[] {
  const platforms = list(text)
  for (const [index, platform] of platforms.entries()) {
    const fail = (problem: string, cure: string): never => {
      throw new ConfigurationError({ problem, place: { input: 'platforms' }, value: platform, cure })
    }
    if (!/^[a-z0-9]+\/[a-z0-9_]+(?:\/[a-z0-9.]+)?$/.test(platform)) {
      fail('not a platform', 'Write os/architecture, such as linux/amd64 or linux/arm/v7')
    }
    if (platforms.indexOf(platform) !== index) fail('this platform is there twice', 'Keep one of them')
  }
  return platforms
}

/**
 * Where a build's cache comes from or goes to, one on each line as BuildKit writes it: `type=gha,mode=max` or
 * `type=registry,ref=…`. Whatever is here is seen by everybody who lists the machine's processes, so what looks like
 * a secret is refused.
 */
export function parseCaches(input: 'cache-from' | 'cache-to', text: string): string[] {
  const caches = lines(text)
  for (const [index, cache] of caches.entries()) {
    const fail = (problem: string, cure: string): never => {
      throw new ConfigurationError({ problem: `line ${index + 1}: ${problem}`, place: { input }, cure })
    }
    if (/(?:^|,)[a-z_]*(?:secret|token|password|access_key|account_key)[a-z_]*=/i.test(cache)) {
      fail('a secret is no part of a cache', "Give it to the step's environment, as the backend's documentation says")
    }
    if (!/^type=[a-z0-9]+(?:,[a-z0-9_.-]+=[^,\s]*)*$/.test(cache)) {
      fail('not a cache', 'Write type=<backend>,<name>=<value>, such as type=gha,mode=max')
    }
  }
  return caches
}

/** Whether to put a list of the image's contents (SBOM) beside it, and made by which image; undefined for none. */
export function parseSbom(text: string): string | undefined {
  if (text === '' || text === 'false') return undefined
  if (text === 'true') return 'true'
  const generator = /^generator=(.+)$/.exec(text)?.[1]
  if (generator !== undefined) {
    parseImageReference(generator, { input: 'sbom' })
    return text
  }
  throw new ConfigurationError({
    problem: 'not a setting for the SBOM',
    place: { input: 'sbom' },
    value: text,
    cure: 'Write true, false, or generator=<image>',
  })
}

/** How much BuildKit says about the build beside the image; undefined for nothing. */
export function parseProvenance(text: string): 'min' | 'max' | undefined {
  if (text === '' || text === 'false') return undefined
  if (text === 'min' || text === 'max') return text
  if (text === 'true') return 'min'
  throw new ConfigurationError({
    problem: 'not a setting for provenance',
    place: { input: 'provenance' },
    value: text,
    cure: 'Write false, min or max; max shows the build arguments to everybody who may pull',
  })
}
