import type { Repository } from '../../gitops/repository/index.ts'
import {
  followGit,
  openLoadBalancer,
  requireBalancer,
  routeTraffic,
  type TrafficOutcome,
  type TrafficRequest,
} from '../../steps/traffic/index.ts'
import type { Context } from '../command.ts'
import { type Ending, type ExitCode, exitCodes } from '../exit.ts'
import { inColour } from '../log.ts'
import { type repositoryOptions, withRepository } from '../repository.ts'
import { renderTraffic } from './render.ts'

type Values = Readonly<Record<keyof typeof repositoryOptions, string>> & { json?: boolean | undefined }

/** What a routing came to, ready to be printed. */
export type Routed = { outcome: TrafficOutcome; code: ExitCode; text: string }

/** Routes the traffic and prints what came of it. */
export async function route(request: TrafficRequest, values: Values, context: Context): Promise<ExitCode> {
  const { outcome, code, text } = await withRepository(values, context, repository =>
    routeIn(repository, request, context),
  )
  context.stdout.write(values.json ? `${JSON.stringify(outcome, null, 2)}\n` : text)
  return code
}

/** The same with a repository that is open, and without printing. */
export async function routeIn(repository: Repository, request: TrafficRequest, context: Context): Promise<Routed> {
  const { log, clock, signal } = context
  return told(await routeTraffic(request, { repository, open: openLoadBalancer, clock, log, signal }), context)
}

/** The load balancer in the wake of a commit: `before` that, it must answer; `after`, it does as the commit says. */
export type Follow = {
  before(repository: Repository): Promise<void>
  after(repository: Repository, commit: string): Promise<Routed>
}

/** Routes the traffic after the commit that says that a cluster is `state`. */
export function follow(request: TrafficRequest, cluster: string, state: string, context: Context): Follow {
  const { clock, log, signal } = context
  return {
    before: repository => requireBalancer({ repository, open: openLoadBalancer }),
    async after(repository, commit) {
      const ports = { repository, open: openLoadBalancer, clock, log, signal }
      return told(await followGit(request, ports, { cluster, state, commit }), context)
    },
  }
}

function told(outcome: TrafficOutcome, { stdout, env, log }: Context): Routed {
  for (const note of outcome.notes) log.warning(note)
  return { outcome, code: exitCodes[endingOf[outcome.kind]], text: renderTraffic(outcome, inColour(stdout, env)) }
}

const endingOf: Readonly<Record<TrafficOutcome['kind'], Ending>> = {
  changed: 'done',
  unchanged: 'done',
  planned: 'done',
  halfway: 'unfinished',
  busy: 'unfinished',
  incomplete: 'stopped',
  refused: 'stopped',
}
