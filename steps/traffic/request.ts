import { boolean, ConfigurationError, parseDuration, required } from '../../configuration/index.ts'
import type { TrafficRequest } from './route.ts'

/** The inputs of the step as they come, by their names in `action.yml`. */
export type TrafficInputs = { 'dry-run': string; wait: string; drain: string; force?: string; reason?: string }

/** Checks the inputs. Throws a ConfigurationError that names the input; `called` is what brought `wait`, if not that. */
export function parseTrafficInputs(inputs: TrafficInputs, called = 'wait'): TrafficRequest {
  const wait = inputs.wait === '' ? 0 : parseDuration(inputs.wait)
  if (wait === undefined || wait < 0) {
    throw new ConfigurationError({
      problem: 'not a duration',
      place: { input: called },
      value: inputs.wait,
      cure: 'Write it as 30s or 5m; 0 for not at all',
    })
  }
  const dryRun = inputs['dry-run'] !== '' && boolean(inputs['dry-run'], { input: 'dry-run' })
  const { drain, reason = '' } = inputs
  const force = boolean(inputs.force || 'false', { input: 'force' })
  if (force && drain === '') {
    throw new ConfigurationError({
      problem: 'there is nothing to force',
      place: { input: 'force' },
      value: force,
      cure: 'Leave it out, or name in drain the cluster to take out',
    })
  }
  if (force) required(reason, { input: 'reason' }, 'Say why it is forced: whoever reads this will want to know')
  return {
    dryRun,
    wait,
    ...(drain !== '' && { drain, force }),
    ...(reason !== '' && { reason }),
  }
}
