import { boolean, ConfigurationError, parseDuration, required, validateInput } from '../../configuration/index.ts'
import { nameSchema } from '../../gitops/fleet/index.ts'
import type { Approving } from '../../gitops/promotion/index.ts'
import { parseImageReference } from '../../images/index.ts'
import { type ObserverChoice, type ObserverInputs, parseObserver } from './observer-request.ts'

/** The inputs as they come from a workflow or a command line: text, empty where nothing was given. */
export type PromoteInputs = ObserverInputs & {
  app: string
  image: string
  until: string
  redeploy: string
  'dry-run': string
  approve?: string
  'approve-release'?: string
  by?: string
}

/** How far a run goes: it only records the offer, stops after so many milliseconds, or after a wave. */
export type Until = { kind: 'admitted' } | { kind: 'duration'; ms: number } | { kind: 'wave'; name: string }

/** What one run is to do, every value checked that can be checked without the repository. */
export type PromoteRequest = {
  app: string
  image?: string
  observer: ObserverChoice
  until?: Until
  /** A person's approval to record: of a wave's gate, for the release that is named. */
  approve?: Approving
  redeploy: boolean
  dryRun: boolean
}

/** Checks the inputs. Throws a ConfigurationError that names the input, its value and the cure. */
export function parsePromoteInputs(inputs: PromoteInputs): PromoteRequest {
  const { app, image } = inputs
  required(app, { input: 'app' }, 'Name a folder of apps/')
  if (image !== '') parseImageReference(image, { input: 'image' })
  const until = parseUntil(inputs.until)
  const approve = parseApproval(inputs)
  const redeploy = boolean(inputs.redeploy || 'false', { input: 'redeploy' })
  if (redeploy && image === '') {
    throw new ConfigurationError({
      problem: 'there is no image to redeploy',
      place: { input: 'redeploy' },
      cure: 'Name it in the input `image`',
    })
  }
  return {
    app,
    ...(image !== '' && { image }),
    observer: parseObserver(inputs),
    ...(until !== undefined && { until }),
    ...(approve !== undefined && { approve }),
    redeploy,
    dryRun: boolean(inputs['dry-run'] || 'false', { input: 'dry-run' }),
  }
}

function parseApproval(inputs: PromoteInputs): Approving | undefined {
  const { image, approve: wave = '', 'approve-release': release = '', by = '' } = inputs
  const wrong = (input: string, problem: string, cure: string) =>
    new ConfigurationError({ problem, place: { input }, cure })
  if (wave === '') {
    if (release === '') return undefined
    throw wrong('approve-release', 'nothing is approved', 'Name the wave in the input `approve`')
  }
  if (image !== '') throw wrong('approve', 'an image cannot be offered and approved in one run', 'Leave out `image`')
  if (by === '') throw wrong('by', 'missing', 'Say who approves: it is recorded')
  return { wave: validateInput('approve', wave, nameSchema), by, ...(release !== '' && { release }) }
}

function parseUntil(text: string): Until | undefined {
  if (text === '') return undefined
  if (text === 'admitted') return { kind: 'admitted' }
  const ms = parseDuration(text)
  if (ms !== undefined && ms > 0) return { kind: 'duration', ms }
  if (ms === undefined && nameSchema.safeParse(text).success) return { kind: 'wave', name: text }
  throw new ConfigurationError({
    problem: 'neither `admitted`, a duration, nor the name of a wave',
    place: { input: 'until' },
    value: text,
    cure: 'Write admitted, a duration such as 50m or 5h, or the name of a wave',
  })
}
