import { splitRepository } from '../../images/index.ts'

/**
 * What an attestation calls a repository: its full name, registry included. actions/attest pushes it there, and knows
 * Docker Hub by the name of its old index (README of actions/attest, "Container Image").
 */
export function subjectName(repository: string): string {
  const { registry, path } = splitRepository(repository)
  return `${registry === 'docker.io' ? 'index.docker.io' : registry}/${path}`
}
