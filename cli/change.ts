import type { Decided } from '../gitops/promotion/index.ts'
import type { Tree } from '../gitops/repository/index.ts'
import type { FleetDecision } from '../steps/fleet/index.ts'
import { isRefused, type Steered, steer } from '../steps/steer/index.ts'
import type { Context } from './command.ts'
import { runName } from './decision.ts'
import { type ExitCode, exitCodes } from './exit.ts'
import { plain } from './log.ts'
import type { Options } from './options.ts'
import { personName } from './person.ts'
import { repositoryOptions, withRepository } from './repository.ts'
import type { Follow } from './traffic/run.ts'

/** The flags of every command that changes the fleet or an app in it. */
export const changeOptions = {
  ...repositoryOptions,
  reason: { type: 'string', value: 'TEXT', description: 'Why; it goes into the commit' },
} as const satisfies Options

type Values = Readonly<Record<keyof typeof repositoryOptions, string>> & {
  reason?: string | undefined
  json?: boolean | undefined
}

/**
 * Commits what `decide` says on the newest head, in the name of the person who asks, and prints what came of it; after a
 * lost race it is decided again. With `route`, the load balancer must answer before that, and follows once Git says so.
 */
export async function change(
  subject: string,
  values: Values,
  context: Context,
  decide: (tree: Tree, decision: FleetDecision) => Decided,
  route?: Follow,
): Promise<ExitCode> {
  const { clock, log, stdout } = context
  const { reason } = values
  const by = await personName(context)
  const decision: FleetDecision = { by, at: clock.now(), run: runName(), ...(reason !== undefined && { reason }) }
  return withRepository(values, context, async repository => {
    if (route && !isRefused(decide(await repository.head(), decision))) await route.before(repository)
    const outcome = await steer(tree => decide(tree, decision), { repository, clock, log })
    if (!values.json) stdout.write(sentence(subject, outcome))
    const commit = outcome.kind === 'written' ? outcome.commit : (await repository.head()).commit
    const routed = isRefused(outcome) ? undefined : await route?.after(repository, commit)
    if (values.json)
      stdout.write(`${JSON.stringify({ ...outcome, ...(routed && { traffic: routed.outcome }) }, null, 2)}\n`)
    else if (routed) stdout.write(routed.text)
    return isRefused(outcome) ? exitCodes.stopped : (routed?.code ?? exitCodes.done)
  })
}

function sentence(subject: string, outcome: Steered): string {
  if (outcome.kind === 'written') return `${subject}: ${plain(outcome.said)}, commit ${outcome.commit}\n`
  const { reason, cure } = outcome.stop
  return `${subject}: ${plain(reason)}${cure === undefined ? '' : `. ${plain(cure)}`}\n`
}
