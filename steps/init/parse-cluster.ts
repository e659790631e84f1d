import { ConfigurationError, validateInput } from '../../configuration/index.ts'
import { clusterRoles, nameSchema } from '../../gitops/fleet/index.ts'
import type { NewCluster } from '../fleet/index.ts'

const keys = ['role', 'environment', 'region', 'zone', 'server', 'ingress', 'prometheus'] as const
type Key = (typeof keys)[number]

/**
 * Reads `NAME,role=canary,zone=eu1-a,server=https://…,ingress=host:port`. A cluster with a role has the label
 * `environment` prod, one without dev. Throws a ConfigurationError that names the flag.
 */
export function parseCluster(text: string): NewCluster {
  const [first = '', ...rest] = text.split(',').map(part => part.trim())
  const name = validateInput('--cluster', first, nameSchema)
  const given = new Map<Key, string>()
  for (const part of rest) {
    const equals = part.indexOf('=')
    const key = keys.find(each => each === part.slice(0, equals))
    if (key === undefined || given.has(key))
      throw mistake(key === undefined ? 'not one of its keys' : 'given twice', part)
    if (equals < part.length - 1) given.set(key, part.slice(equals + 1))
  }
  const role = clusterRoles.find(each => each === given.get('role'))
  if (given.has('role') && role === undefined) throw mistake('not a role, canary or primary', given.get('role'))
  const server = given.get('server')
  if (server === undefined) throw mistake('its API server is missing: server=https://…', text)
  const [region, zone, ingress, prometheus] = (['region', 'zone', 'ingress', 'prometheus'] as const).map(key =>
    given.get(key),
  )
  return {
    name,
    labels: {
      environment: given.get('environment') ?? (role === undefined ? 'dev' : 'prod'),
      ...(region !== undefined && { region }),
      ...(zone !== undefined && { zone }),
    },
    ...(role !== undefined && { role }),
    server,
    ...(ingress !== undefined && { ingress }),
    ...(prometheus !== undefined && { prometheus }),
  }
}

function mistake(problem: string, value: unknown): ConfigurationError {
  const cure = `Write NAME,KEY=VALUE,… with ${keys.join(', ')}`
  return new ConfigurationError({ problem, place: { input: '--cluster' }, value, cure })
}
