import { parseRollbackInputs, type RollbackKind, rollBack } from '../../steps/steer/index.ts'
import { command } from '../command.ts'
import { decisionOptions, requireApp, requireReason, runName } from '../decision.ts'
import { type Ending, exitCodes } from '../exit.ts'
import { plain } from '../log.ts'
import { observerInputs, observerOptions } from '../observer.ts'
import { personName } from '../person.ts'
import { withRepository } from '../repository.ts'

/** `stovepipe rollback`: a person takes a release back. */
export const rollbackCommand = command({
  name: 'rollback',
  summary: "Takes an app's release back, everywhere or on chosen clusters, and suspends its promotions",
  usage: '--app APP --reason TEXT [--to RELEASE] [--clusters LIST] [options]',
  description:
    'One commit restores what was accepted before, or the release that --to names if it was accepted or adopted there. ' +
    'It is watched until healthy with --watch, or by the next `stovepipe promote`. Clusters that are not chosen keep ' +
    'what they hold. New images only wait until `stovepipe resume`, and what went back comes back only by redeployment.',
  options: {
    ...decisionOptions,
    to: { type: 'string', value: 'RELEASE', description: 'A tag, a digest, or a name in release.yaml' },
    clusters: { type: 'string', value: 'LIST', description: 'Only there: names, globs or label=value, with commas' },
    quarantine: { type: 'boolean', description: 'Refuse the release from now on, until a person releases it' },
    watch: { type: 'boolean', description: 'Wait until it is healthy, or `healthy.timeout` has passed' },
    ...observerOptions,
  },
  async run(values, _positionals, context) {
    const { clock, log, fetch, signal, env, cwd, stdout } = context
    const request = parseRollbackInputs({
      ...observerInputs(values, context),
      app: requireApp(values.app),
      reason: requireReason(values.reason),
      by: await personName(context),
      to: values.to ?? '',
      clusters: values.clusters ?? '',
      quarantine: String(values.quarantine === true),
      watch: String(values.watch === true),
    })
    const outcome = await withRepository(values, context, repository =>
      rollBack(request, {
        repository,
        clock,
        log,
        fetch,
        signal,
        kubernetes: { env, cwd, mask() {} },
        run: runName(),
      }),
    )
    const { kind, app, reason, cure, commit } = outcome
    if (values.json) stdout.write(`${JSON.stringify({ result: kind, ...outcome }, null, 2)}\n`)
    else {
      const where = commit === undefined ? '' : `, commit ${commit}`
      stdout.write(`${app}: ${plain(reason)}${where}${cure === undefined ? '' : `. ${plain(cure)}`}\n`)
    }
    return exitCodes[endingOf[kind]]
  },
})

const endingOf: Readonly<Record<RollbackKind, Ending>> = {
  written: 'done',
  'rolled-back': 'done',
  'nothing-to-do': 'done',
  'rollback-failed': 'stopped',
  blocked: 'stopped',
  refused: 'stopped',
}
