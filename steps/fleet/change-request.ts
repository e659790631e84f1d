import { boolean, ConfigurationError, required, validateInput } from '../../configuration/index.ts'
import { nameSchema } from '../../gitops/fleet/index.ts'
import { parseTrafficInputs, type TrafficRequest } from '../traffic/index.ts'

const commands = ['activate', 'drain', 'deactivate'] as const

/** The inputs as they come from a workflow: text, empty where nothing was given. */
export type ClusterInputs = {
  cluster: string
  command: string
  reason: string
  by: string
  force: string
  wait: string
}

/** What is to become of a cluster, every value checked that can be checked without the repository. */
export type ClusterRequest = {
  cluster: string
  command: (typeof commands)[number]
  by: string
  reason?: string
  /** Even the last one of its kind. */
  force: boolean
  /** For `drain`: the traffic is routed at once, and its sessions are waited for. */
  route?: TrafficRequest
}

/** Checks the inputs. Throws a ConfigurationError that names the input, its value and the cure. */
export function parseClusterInputs(inputs: ClusterInputs): ClusterRequest {
  const { reason, wait } = inputs
  const command = commands.find(each => each === inputs.command)
  if (!command) {
    throw new ConfigurationError({
      problem: 'there is no such command',
      place: { input: 'command' },
      value: inputs.command,
      cure: `Write ${commands.join(', ')}`,
    })
  }
  const force = boolean(inputs.force || 'false', { input: 'force' })
  if (force) required(reason, { input: 'reason' }, 'Say why it is forced: whoever reads the history will want to know')
  if (wait !== '' && command !== 'drain') {
    throw new ConfigurationError({
      problem: 'only drain waits for sessions',
      place: { input: 'wait' },
      value: wait,
      cure: 'Leave it out, or drain the cluster first',
    })
  }
  return {
    cluster: validateInput('cluster', inputs.cluster, nameSchema),
    command,
    by: required(inputs.by, { input: 'by' }, 'Say who decides: it is recorded'),
    force,
    ...(reason !== '' && { reason }),
    ...(wait !== '' && { route: parseTrafficInputs({ 'dry-run': '', wait, drain: '' }, 'wait') }),
  }
}
