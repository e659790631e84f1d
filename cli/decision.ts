import { randomUUID } from 'node:crypto'
import { required } from '../configuration/index.ts'
import type { Decided, Decision } from '../gitops/promotion/index.ts'
import type { Tree } from '../gitops/repository/index.ts'
import { steer } from '../steps/steer/index.ts'
import type { Context } from './command.ts'
import { type ExitCode, exitCodes } from './exit.ts'
import type { Options } from './options.ts'
import { personName } from './person.ts'
import { repositoryOptions, withRepository } from './repository.ts'

/** The flags of every command by which a person decides something. */
export const decisionOptions = {
  app: { type: 'string', value: 'APP', description: 'A folder of apps/' },
  reason: { type: 'string', value: 'TEXT', description: 'Why; it is recorded' },
  ...repositoryOptions,
} as const satisfies Options

type Values = Readonly<Record<keyof typeof repositoryOptions, string>> & {
  app?: string | undefined
  reason?: string | undefined
  json?: boolean | undefined
}

/** Names this run in the record and in the trailers of its commits. */
export function runName(): string {
  return `cli-${randomUUID().slice(0, 8)}`
}

/** The app a command is about; a ConfigurationError when none is named. */
export function requireApp(app: string | undefined): string {
  return required(app, { input: '--app' }, 'Name a folder of apps/')
}

/** Why somebody decides something; a ConfigurationError when they do not say. */
export function requireReason(reason: string | undefined): string {
  return required(reason, { input: '--reason' }, 'Say why: whoever reads the history next will want to know')
}

/** Carries out what a person decided, in the name of their own Git identity, and prints what came of it. */
export async function decide(
  values: Values,
  context: Context,
  decision: (tree: Tree, app: string, by: Decision) => Decided,
): Promise<ExitCode> {
  const { clock, log, stdout } = context
  const app = requireApp(values.app)
  const reason = requireReason(values.reason)
  const made: Decision = { by: await personName(context), reason, at: clock.now(), run: runName() }
  const outcome = await withRepository(values, context, repository =>
    steer(tree => decision(tree, app, made), { repository, clock, log }),
  )
  if (values.json) stdout.write(`${JSON.stringify(outcome, null, 2)}\n`)
  if (outcome.kind === 'written') {
    if (!values.json) stdout.write(`${app}: ${outcome.said}, commit ${outcome.commit}\n`)
    return exitCodes.done
  }
  const { reason: why, cure } = outcome.stop
  if (!values.json) stdout.write(`${app}: ${why}${cure === undefined ? '' : `. ${cure}`}\n`)
  return outcome.stop.kind === 'nothing-to-do' ? exitCodes.done : exitCodes.stopped
}
