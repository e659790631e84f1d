import { deactivateCluster, drainCluster } from '../../steps/fleet/index.ts'
import { parseTrafficInputs } from '../../steps/traffic/index.ts'
import { change, changeOptions } from '../change.ts'
import { command } from '../command.ts'
import { requireReason } from '../decision.ts'
import { follow } from '../traffic/run.ts'

const leaveOptions = {
  ...changeOptions,
  force: { type: 'boolean', description: 'Even the last active canary or primary; needs a --reason' },
} as const

/** `stovepipe cluster drain`: a cluster's traffic goes to the others. */
export const clusterDrain = command({
  name: 'cluster drain',
  summary: "Takes a cluster's traffic and releases away; with --wait also at the load balancer, until its sessions end",
  usage: 'NAME [--wait DURATION] [options]',
  description:
    'Its state becomes draining: no share of the traffic and no releases, but rollbacks. Without --wait only Git is ' +
    'written, and the load balancer follows with `stovepipe traffic --apply` or the route-traffic action.',
  options: {
    ...leaveOptions,
    wait: {
      type: 'string',
      value: 'DURATION',
      description: 'Route the traffic at once, and wait for its sessions to end',
    },
  },
  positionals: { min: 1, max: 1 },
  run(values, [name = ''], context) {
    const force = isForced(values)
    const request = parseTrafficInputs({ 'dry-run': '', wait: values.wait ?? '', drain: '' }, '--wait')
    return change(
      name,
      values,
      context,
      (tree, decision) => drainCluster(tree, name, { ...decision, force }),
      values.wait === undefined ? undefined : follow(request, name, 'draining', context),
    )
  },
})

/** `stovepipe cluster deactivate`: a cluster is out of the fleet. */
export const clusterDeactivate = command({
  name: 'cluster deactivate',
  summary: 'Takes a cluster out: no traffic, no releases, no rollbacks; what runs there stays',
  usage: 'NAME [options]',
  description: 'Drain it first, so that its sessions can end. The last active canary or primary is refused.',
  options: leaveOptions,
  positionals: { min: 1, max: 1 },
  run(values, [name = ''], context) {
    const force = isForced(values)
    return change(name, values, context, (tree, decision) => deactivateCluster(tree, name, { ...decision, force }))
  },
})

function isForced({ force, reason }: { force?: boolean | undefined; reason?: string | undefined }): boolean {
  if (force === true) requireReason(reason)
  return force === true
}
