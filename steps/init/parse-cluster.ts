import { ConfigurationError, validateInput } from '../../configuration/index.ts'
import { type ClusterRole, clusterRoles, clusterSchema, nameSchema } from '../../gitops/fleet/index.ts'
import type { NewCluster } from '../fleet/index.ts'

const keys = ['role', 'environment', 'region', 'zone', 'server', 'ingress', 'prometheus'] as const
/** What is said of a cluster besides its name. */
export type ClusterKey = (typeof keys)[number]

/**
 * Reads `NAME,role=canary,zone=eu1-a,server=https://…,ingress=host:port`. A cluster with a role has the label
 * `environment` prod, one without dev. Throws a ConfigurationError that names the flag.
 */
export function parseCluster(text: string): NewCluster {
  const [name = '', ...rest] = text.split(',').map(part => part.trim())
  checkClusterName(name)
  const given = new Map<ClusterKey, string>()
  for (const part of rest) {
    const equals = part.indexOf('=')
    const key = keys.find(each => each === part.slice(0, equals))
    if (key === undefined || given.has(key))
      throw mistake(key === undefined ? 'not one of its keys' : 'given twice', part)
    if (equals < part.length - 1) given.set(key, part.slice(equals + 1))
  }
  return clusterOf(name, given)
}

/** The cluster of which this is said; what is left out or empty is not said. Throws as `parseCluster`. */
export function clusterOf(name: string, given: ReadonlyMap<ClusterKey, string>): NewCluster {
  checkClusterName(name)
  for (const key of keys) checkClusterKey(key, given.get(key) ?? '')
  const role = roleOf(given.get('role') ?? '')
  const [server, region, zone, ingress, prometheus] = (
    ['server', 'region', 'zone', 'ingress', 'prometheus'] as const
  ).map(key => given.get(key) || undefined)
  return {
    name,
    labels: {
      environment: given.get('environment') || (role === undefined ? 'dev' : 'prod'),
      ...(region !== undefined && { region }),
      ...(zone !== undefined && { zone }),
    },
    ...(role !== undefined && { role }),
    ...(server !== undefined && { server }),
    ...(ingress !== undefined && { ingress }),
    ...(prometheus !== undefined && { prometheus }),
  }
}

export function checkClusterName(name: string): void {
  validateInput('--cluster', name, nameSchema)
}

/** Throws a ConfigurationError unless the value may stand there; empty, unless the key may be left out. */
export function checkClusterKey(key: ClusterKey, value: string): void {
  if (value === '') {
    if (key === 'server') throw mistake('its API server is missing: server=https://…')
    return
  }
  const { metadata, spec } = clusterSchema.shape
  switch (key) {
    case 'role':
      roleOf(value)
      return
    case 'environment':
    case 'region':
    case 'zone':
      validateInput('--cluster', { [key]: value }, metadata.shape.labels)
      return
    default:
      validateInput('--cluster', { [key]: value }, spec.pick({ server: true, ingress: true, prometheus: true }))
  }
}

function roleOf(text: string): ClusterRole | undefined {
  const role = clusterRoles.find(each => each === text)
  if (role === undefined && text !== '') throw mistake('not a role, canary or primary', text)
  return role
}

function mistake(problem: string, value?: unknown): ConfigurationError {
  const cure = `Write NAME,KEY=VALUE,… with ${keys.join(', ')}`
  return new ConfigurationError({ problem, place: { input: '--cluster' }, value, cure })
}
