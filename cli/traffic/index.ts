import { ConfigurationError } from '../../configuration/index.ts'
import { parseTrafficInputs } from '../../steps/traffic/index.ts'
import { command } from '../command.ts'
import { requireReason } from '../decision.ts'
import { repositoryOptions } from '../repository.ts'
import { route } from './run.ts'

const wait = {
  type: 'string',
  value: 'DURATION',
  description: 'Wait as long for the sessions of clusters without a share to end',
} as const

/** `stovepipe traffic`: what the shared load balancer holds, and what the fleet asks for. */
export const trafficCommand = command({
  name: 'traffic',
  summary: 'Shows what the shared load balancer holds and what the fleet asks for, and with --apply makes it so',
  usage: '[--apply] [options]',
  description:
    'The weights follow from the states in clusters/ and from canaryShare, to the load balancer that fleet.yaml names. ' +
    'They are changed one by one, so that on the way some cluster always takes traffic and the canaries never more than ' +
    'before or after. Run again it changes nothing.',
  options: {
    ...repositoryOptions,
    apply: { type: 'boolean', description: 'Change the load balancer, and read it back' },
    'dry-run': { type: 'boolean', description: 'Only show: the default' },
    wait,
  },
  run(values, _positionals, context) {
    if (values.apply && values['dry-run']) {
      throw new ConfigurationError({ problem: '--apply and --dry-run', cure: 'Keep one of them' })
    }
    if (values.wait !== undefined && !values.apply) {
      throw new ConfigurationError({
        problem: 'nothing is waited for, because nothing is changed',
        place: { input: '--wait' },
        cure: 'Add --apply',
      })
    }
    const inputs = { 'dry-run': String(values.apply !== true), wait: values.wait ?? '', drain: '' }
    return route(parseTrafficInputs(inputs, '--wait'), values, context)
  },
})

/** `stovepipe traffic drain`: takes one cluster's traffic away at once. */
export const trafficDrainCommand = command({
  name: 'traffic drain',
  summary: 'Takes one cluster out at the shared load balancer, and waits for its sessions to end',
  usage: 'CLUSTER [options]',
  description:
    'The others take its share at once, the canaries no more than theirs; the last active canary or primary is refused. ' +
    'Git is not changed: while it says that the cluster is active, the next routing brings it back; `stovepipe cluster ' +
    'drain` says it in Git.',
  options: {
    ...repositoryOptions,
    timeout: { type: 'string', value: 'DURATION', default: '5m', description: 'How long to wait for its sessions' },
    force: { type: 'boolean', description: 'Even the last active canary or primary; needs a --reason' },
    reason: { type: 'string', value: 'TEXT', description: 'Why; it is shown' },
    'dry-run': { type: 'boolean', description: 'Only show what would change' },
  },
  positionals: { min: 1, max: 1 },
  run(values, [drain = ''], context) {
    const { force = false, reason = '', timeout: wait } = values
    if (force) requireReason(reason)
    const inputs = { 'dry-run': String(values['dry-run'] === true), wait, drain, force: String(force), reason }
    return route(parseTrafficInputs(inputs, '--timeout'), values, context)
  },
})
