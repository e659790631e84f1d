import { openLoadBalancer, routeTraffic, type TrafficOutcome, type TrafficRequest } from '../../steps/traffic/index.ts'
import type { Context } from '../command.ts'
import { type Ending, type ExitCode, exitCodes } from '../exit.ts'
import { inColour } from '../log.ts'
import { type repositoryOptions, withRepository } from '../repository.ts'
import { renderTraffic } from './render.ts'

type Values = Readonly<Record<keyof typeof repositoryOptions, string>> & { json?: boolean | undefined }

/** Routes the traffic and prints what came of it. */
export async function route(request: TrafficRequest, values: Values, context: Context): Promise<ExitCode> {
  const { stdout, env, log, clock, signal } = context
  const outcome = await withRepository(values, context, repository =>
    routeTraffic(request, { repository, open: openLoadBalancer, clock, log, signal }),
  )
  for (const note of outcome.notes) log.warning(note)
  const text = values.json ? `${JSON.stringify(outcome, null, 2)}\n` : renderTraffic(outcome, inColour(stdout, env))
  stdout.write(text)
  return exitCodes[endingOf[outcome.kind]]
}

const endingOf: Readonly<Record<TrafficOutcome['kind'], Ending>> = {
  changed: 'done',
  unchanged: 'done',
  planned: 'done',
  halfway: 'unfinished',
  busy: 'unfinished',
  refused: 'stopped',
}
