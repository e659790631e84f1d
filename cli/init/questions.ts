import { ConfigurationError, required } from '../../configuration/index.ts'
import type { NewCluster } from '../../steps/fleet/index.ts'
import {
  type ClusterKey,
  checkClusterKey,
  checkClusterName,
  clusterOf,
  requireRoles,
  requireSingleNames,
} from '../../steps/init/index.ts'
import type { Ask } from '../ask.ts'

/** Shows a line to the person who is asked. */
export type Tell = (line: string) => void

export type Question = {
  ask: Ask | undefined
  tell: Tell
  question: string
  flag: string
  /** What an empty answer stands for. */
  usual?: string
  /** Throws a ConfigurationError for an answer that cannot be. */
  check(text: string): void
}

/** What a flag says, what a person answers, or what is usual; a ConfigurationError where there is none of these. */
export async function answer(
  given: string | undefined,
  { ask, tell, question, flag, usual, check }: Question,
): Promise<string> {
  const place = { input: flag }
  if (given || !ask) {
    const text = given || (usual ?? required(usual, place, 'Give it, or run this on a terminal'))
    check(text)
    return text
  }
  return untilRight(
    tell,
    () => ask(`${question}${usual ? ` [${usual}]` : ''}: `),
    typed => {
      const text = typed || (usual ?? required(usual, place, 'Nothing is usual here'))
      check(text)
      return text
    },
  )
}

/**
 * Asks for clusters, one after the other, until an empty name ends a fleet with a canary and a primary. `prometheus` is
 * that of clusters that have none of their own.
 */
export async function askClusters(ask: Ask, tell: Tell, prometheus: string): Promise<NewCluster[]> {
  const clusters: NewCluster[] = []
  tell('Clusters, one after the other: a canary and a primary at least, and one without a role for dev and previews.')
  for (;;) {
    const name = await untilRight(
      tell,
      () => ask('Name of a cluster (empty to end): '),
      typed => {
        if (typed === '') requireRoles(clusters)
        else checkClusterName(typed)
        requireSingleNames([...clusters, { name: typed }])
        return typed
      },
    )
    if (name === '') return clusters
    const said = new Map<ClusterKey, string>()
    for (const [key, question] of questions(prometheus)) {
      const value = await untilRight(
        tell,
        () => ask(`  ${question}: `),
        typed => {
          checkClusterKey(key, typed)
          return typed
        },
      )
      said.set(key, value)
    }
    clusters.push(clusterOf(name, said))
  }
}

/** Asks again after a mistake, which is shown: what was answered before it stays. */
async function untilRight(tell: Tell, ask: () => Promise<string>, read: (typed: string) => string): Promise<string> {
  for (;;) {
    const typed = await ask()
    try {
      return read(typed)
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error
      tell(error.message)
    }
  }
}

function questions(prometheus: string): [ClusterKey, string][] {
  return [
    ['role', 'Role, canary or primary; empty for a cluster without traffic'],
    ['zone', 'Zone'],
    ['server', 'URL of its API server, as Argo CD knows it'],
    ['ingress', 'host:port where the load balancer sends to; empty for none'],
    ['prometheus', `URL of its Prometheus${prometheus === '' ? '; empty for none' : ` [${prometheus}]`}`],
  ]
}
