import { ConfigurationError, pairs, required, validateInput } from '../../configuration/index.ts'
import { clusterRoles, nameSchema } from '../../gitops/fleet/index.ts'
import { addCluster } from '../../steps/fleet/index.ts'
import { change, changeOptions } from '../change.ts'
import { command } from '../command.ts'

/** `stovepipe cluster add`: one more cluster, which starts inactive. */
export const clusterAdd = command({
  name: 'cluster add',
  summary: 'Adds a cluster to the fleet, inactive, with each app at the release that the fleet has accepted',
  usage: 'NAME --server URL [options]',
  description:
    'Writes clusters/NAME.yaml and a folder for each app whose waves select the cluster, like that of the cluster most ' +
    'like it. It takes no traffic and no releases until `stovepipe cluster activate NAME`.',
  options: {
    ...changeOptions,
    server: { type: 'string', value: 'URL', description: 'Its Kubernetes API server, as Argo CD knows it' },
    role: { type: 'string', value: 'ROLE', description: 'canary or primary; left out for one that takes no traffic' },
    environment: {
      type: 'string',
      value: 'NAME',
      description: 'The label environment: prod for one with a role, else dev',
    },
    region: { type: 'string', value: 'NAME', description: 'The label region' },
    zone: { type: 'string', value: 'NAME', description: 'The label zone' },
    label: { type: 'string', value: 'NAME=VALUE', multiple: true, description: 'Another label' },
    ingress: { type: 'string', value: 'HOST:PORT', description: 'Where the shared load balancer sends to' },
    prometheus: {
      type: 'string',
      value: 'URL',
      description: 'The Prometheus that scrapes it; without one no gate of its is passed',
    },
  },
  positionals: { min: 1, max: 1 },
  run(values, [asked = ''], context) {
    const name = validateInput('NAME', asked, nameSchema)
    const role = values.role === undefined ? undefined : clusterRoles.find(each => each === values.role)
    if (values.role !== undefined && role === undefined) {
      throw new ConfigurationError({
        problem: 'not a role',
        place: { input: '--role' },
        value: values.role,
        cure: 'Write canary or primary, or leave it out',
      })
    }
    const { region, zone, ingress, prometheus } = values
    const place = { input: '--server' }
    const server = required(values.server, place, 'Give the URL of its API server, as Argo CD knows it')
    const environment = values.environment ?? (role === undefined ? 'dev' : 'prod')
    const labels = {
      environment,
      ...(region !== undefined && { region }),
      ...(zone !== undefined && { zone }),
      ...pairs((values.label ?? []).join('\n'), { input: '--label' }),
    }
    const cluster = {
      name,
      labels,
      ...(role !== undefined && { role }),
      server,
      ...(ingress !== undefined && { ingress }),
      ...(prometheus !== undefined && { prometheus }),
    }
    return change(name, values, context, (tree, decision) => addCluster(tree, cluster, decision))
  },
})
