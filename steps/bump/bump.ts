import { type Repository, writeDerived } from '../../gitops/repository/index.ts'
import type { Clock, Log } from '../../host/index.ts'
import type { Guard } from './guard.ts'
import { bumpMessage } from './message.ts'
import { type BumpPlan, planBump } from './plan.ts'
import type { BumpRequest } from './request.ts'

/** The outside world as a bump touches it. `run` is the URL of the run, for the commit. */
export type BumpPorts = {
  repository: Repository
  clock: Clock
  log: Log
  guard: Guard
  run?: string | undefined
  /** A random number from 0 to 1 for each wait after a lost race. */
  jitter?: () => number
}

/**
 * What became of a bump. `commit` is the one that was made, or the head that it was judged on. `planned` is a dry run
 * that would change something; of `refused` nothing was written.
 */
export type BumpOutcome = Pick<BumpRequest, 'app' | 'image'> & {
  kind: 'written' | 'planned' | 'unchanged' | 'refused'
  commit: string
} & Omit<BumpPlan, 'changes'> & { files: readonly string[] }

/**
 * Sets an app's pin for the selected clusters in one commit. After a lost race the edit is derived again from the new
 * head. A request that is fulfilled already writes nothing. Throws a ConfigurationError for what the user can mend, a
 * RepositoryUnreachableError when the server does not answer or every try lost the race.
 */
export async function bump(request: BumpRequest, ports: BumpPorts): Promise<BumpOutcome> {
  const { repository, clock, log, guard, run } = ports
  if (request.dryRun) {
    const tree = await repository.head()
    return outcome(request, planBump(tree, request, guard, clock.now()), tree.commit, 'planned')
  }
  let plan: BumpPlan | undefined
  const result = await writeDerived(
    repository,
    async tree => {
      plan = planBump(tree, request, guard, clock.now())
      if (plan.refused.length > 0 || plan.changes.length === 0) return undefined
      return { message: bumpMessage(request, plan, run), changes: plan.changes }
    },
    { clock, log, ...(ports.jitter && { jitter: ports.jitter }) },
  )
  if (!plan) throw new Error('nothing was planned') // writeDerived always derives before it answers
  return outcome(request, plan, result.tree.commit, 'written')
}

function outcome(
  { app, image }: BumpRequest,
  { changes, ...plan }: BumpPlan,
  commit: string,
  changed: 'written' | 'planned',
): BumpOutcome {
  const kind = plan.refused.length > 0 ? 'refused' : changes.length === 0 ? 'unchanged' : changed
  return { kind, app, image, commit, ...plan, files: changes.map(({ path }) => path) }
}
