import { ConfigurationError, required } from '../../configuration/index.ts'
import type { NewCluster } from '../../steps/fleet/index.ts'
import { parseCluster } from '../../steps/init/index.ts'
import type { Ask } from '../ask.ts'

/** What a flag says, what a person answers, or what is usual; a ConfigurationError where there is none of these. */
export async function answer(
  given: string | undefined,
  { ask, question, flag, usual }: { ask: Ask | undefined; question: string; flag: string; usual?: string },
): Promise<string> {
  if (given) return given
  if (ask) {
    const typed = await ask(`${question}${usual === undefined ? '' : ` [${usual}]`}: `)
    if (typed !== '') return typed
  }
  return required(usual, { input: flag }, 'Give it, or run this on a terminal')
}

/** Asks for clusters, one after the other, until an empty name. A mistake is shown by `tell`, and asked for again. */
export async function askClusters(ask: Ask, tell: (line: string) => void): Promise<NewCluster[]> {
  const clusters: NewCluster[] = []
  tell('Clusters, one after the other: a canary and a primary at least, and one without a role for dev and previews.')
  for (;;) {
    const name = await ask('Name of a cluster (empty to end): ')
    if (name === '') return clusters
    const parts = [name]
    for (const [key, question] of questions) parts.push(`${key}=${await ask(`  ${question}: `)}`)
    try {
      clusters.push(parseCluster(parts.join(',')))
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error
      tell(error.message)
    }
  }
}

const questions = [
  ['role', 'Role, canary or primary; empty for a cluster without traffic'],
  ['zone', 'Zone'],
  ['server', 'URL of its API server, as Argo CD knows it'],
  ['ingress', 'host:port where the load balancer sends to; empty for none'],
  ['prometheus', 'URL of its Prometheus; empty for the common one'],
] as const
