import type { Outcome, OutcomeKind } from '../../gitops/promotion/index.ts'
import { findCredentials } from '../../images/index.ts'
import { parsePromoteInputs, promote } from '../../steps/promote/index.ts'
import { command } from '../command.ts'
import { runName } from '../decision.ts'
import { type Ending, exitCodes } from '../exit.ts'
import { plain } from '../log.ts'
import { observerInputs, observerOptions } from '../observer.ts'
import { personName } from '../person.ts'
import { repositoryOptions, tokenOf, withRepository } from '../repository.ts'

/** `stovepipe promote`: what the action of that name does, from a terminal. */
export const promoteCommand = command({
  name: 'promote',
  summary: "Carries a release through the waves of an app's pipeline, or goes on with the one under way",
  usage: '--app APP [--image IMAGE] [options]',
  options: {
    app: { type: 'string', value: 'APP', description: 'A folder of apps/' },
    image: { type: 'string', value: 'IMAGE', description: 'The image to admit: repository:tag@sha256:…' },
    ...repositoryOptions,
    ...observerOptions,
    until: { type: 'string', value: 'WHEN', description: 'How far: `admitted`, a wave, or a duration' },
    approve: {
      type: 'string',
      value: 'WAVE',
      description: "Approve this wave's gate for the release under way, in your name, and go on",
    },
    'approve-release': {
      type: 'string',
      value: 'NAME',
      description: 'Only if this is what is under way: a tag, a digest, or a name that `promote` or `status` says',
    },
    redeploy: { type: 'boolean', description: 'Admit the image whatever its age' },
    'dry-run': { type: 'boolean', description: 'Only say the next step' },
  },
  async run(values, _positionals, context) {
    const request = parsePromoteInputs({
      app: values.app ?? '',
      image: values.image ?? '',
      ...observerInputs(values, context),
      until: values.until ?? '',
      approve: values.approve ?? '',
      'approve-release': values['approve-release'] ?? '',
      by: values.approve === undefined ? '' : await personName(context),
      redeploy: String(values.redeploy === true),
      'dry-run': String(values['dry-run'] === true),
    })
    const { clock, log, fetch, signal, run, env, temporary, stdout } = context
    const token = tokenOf(env)
    const outcome = await withRepository(values, context, repository =>
      promote(request, {
        repository,
        clock,
        log,
        fetch,
        signal,
        git: { run, environment: env, temporary },
        server: env.GITHUB_SERVER_URL || 'https://github.com',
        tokenFor: () => token,
        credentials: registry => findCredentials(registry, { env, run }),
        kubernetes: { env, cwd: context.cwd, mask() {} },
        run: runName(),
      }),
    )
    stdout.write(values.json ? `${JSON.stringify({ result: outcome.kind, ...outcome }, null, 2)}\n` : render(outcome))
    return exitCodes[endingOf[outcome.kind]]
  },
})

const endingOf: Readonly<Record<OutcomeKind, Ending>> = {
  promoted: 'done',
  'nothing-to-do': 'done',
  superseded: 'done',
  'rolled-back': 'bad',
  'rollback-failed': 'stopped',
  blocked: 'stopped',
  refused: 'stopped',
  suspended: 'stopped',
  waiting: 'unfinished',
}

function render({ app, kind, reason, cure }: Outcome): string {
  return `${app} ${kind}: ${plain(reason)}${cure === undefined ? '' : `. ${plain(cure)}`}\n`
}
