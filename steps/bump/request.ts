import { ConfigurationError } from '../../configuration/index.ts'
import type { Image } from '../../gitops/promotion/index.ts'
import { parseImageReference } from '../../images/index.ts'

/** The inputs as they come from a workflow or a command line: text, empty where nothing was given. */
export type BumpInputs = {
  app: string
  image: string
  clusters: string
  message: string
  'dry-run': string
  override: string
}

/** What is to be set where, every value checked that can be checked without the repository. */
export type BumpRequest = {
  app: string
  image: Image
  /** Names, globs and `label=value` of clusters, united. */
  clusters: readonly string[]
  /** Subject (and body) of the commit; a default is made when left out. */
  message?: string
  dryRun: boolean
  /** Why a release that would be refused is written all the same; without it, it is refused. */
  override?: string
}

/** Checks the inputs. Throws a ConfigurationError that names the input, its value and the cure. */
export function parseBumpInputs(inputs: BumpInputs): BumpRequest {
  const { app, message } = inputs
  const override = reason(inputs.override)
  if (app === '') throw missing('app', 'Name a folder of apps/')
  return {
    app,
    image: parseImage(inputs.image),
    clusters: parseClusters(inputs.clusters),
    ...(message.trim() !== '' && { message }),
    dryRun: parseBoolean('dry-run', inputs['dry-run']),
    ...(override !== undefined && { override }),
  }
}

function parseImage(text: string): Image {
  const place = { input: 'image' }
  const { repository, tag, digest } = parseImageReference(text, place)
  if (tag !== undefined && digest !== undefined) return { repository, tag, digest }
  throw new ConfigurationError({
    problem: `the image has no ${tag === undefined ? 'tag' : 'digest'}, and a pin is both`,
    place,
    value: text,
    cure: 'Pass the output `image` of build-image: repository:tag@sha256:…',
  })
}

function parseClusters(text: string): string[] {
  const parts = text
    .split(/[\n\r,]+/)
    .map(part => part.trim())
    .filter(part => part !== '')
  if (parts.length > 0) return parts
  throw missing('clusters', 'Give names, globs such as prod-*, or label=value, separated by commas or lines')
}

/** The reason goes into the release record, so a bare `true` is not one. */
function reason(text: string): string | undefined {
  const trimmed = text.trim()
  if (trimmed === '' || /^false$/i.test(trimmed)) return undefined
  if (!/^(?:true|yes|1)$/i.test(trimmed)) return trimmed
  throw new ConfigurationError({
    problem: 'an override needs a reason, which is recorded',
    place: { input: 'override' },
    value: text,
    cure: 'Write why, in a few words',
  })
}

function parseBoolean(input: string, text: string): boolean {
  if (/^(?:true|false)?$/i.test(text.trim())) return /^true$/i.test(text.trim())
  throw new ConfigurationError({ problem: 'not true or false', place: { input }, value: text })
}

function missing(input: string, cure: string): ConfigurationError {
  return new ConfigurationError({ problem: 'this input is required', place: { input }, cure })
}
