import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

/** Of the npm package @octokit/openapi, which is 385 MB unpacked: too much for a dependency. */
export const version = '23.0.2'

const descriptionSchema = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  components: z.record(z.string(), z.record(z.string(), z.unknown())),
})

export type Description = z.infer<typeof descriptionSchema>

/** GitHub's description of its API, from `cache`; fetched there with npm where it is missing. */
export function readDescription(cache: string): Description {
  const file = join(cache, `octokit-openapi-${version}`, 'api.github.com.json')
  if (!existsSync(file)) fetchDescription(cache, file)
  return descriptionSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
}

function fetchDescription(cache: string, file: string) {
  mkdirSync(join(file, '..'), { recursive: true })
  execFileSync('npm', ['pack', '--silent', `@octokit/openapi@${version}`, '--pack-destination', cache], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const packed = join(cache, `octokit-openapi-${version}.tgz`)
  const inside = 'package/generated/api.github.com.json'
  execFileSync('tar', ['-xzf', packed, '-C', join(file, '..'), '--strip-components=2', inside])
  rmSync(packed)
}
