import { required } from '../../configuration/index.ts'
import { type BumpOutcome, bump, parseBumpInputs, promise } from '../../steps/bump/index.ts'
import { command } from '../command.ts'
import { requireApp } from '../decision.ts'
import { type Ending, exitCodes } from '../exit.ts'
import { plain } from '../log.ts'
import { repositoryOptions, withRepository } from '../repository.ts'

/** `stovepipe bump`: what the action `bump-manifests` does, from a terminal. */
export const bumpCommand = command({
  name: 'bump',
  summary: "Sets an app's image on chosen clusters, in one commit that changes nothing else",
  usage: '--app APP --image IMAGE --clusters LIST [options]',
  options: {
    app: { type: 'string', value: 'APP', description: 'A folder of apps/' },
    image: { type: 'string', value: 'IMAGE', description: 'What to pin: repository:tag@sha256:…' },
    clusters: { type: 'string', value: 'LIST', description: 'Names, globs or label=value, separated by commas' },
    ...repositoryOptions,
    message: { type: 'string', value: 'TEXT', description: "The commit's message" },
    override: {
      type: 'string',
      value: 'REASON',
      description: 'Why it is written also where it would be refused; goes on record',
    },
    'dry-run': { type: 'boolean', description: 'Only show what would change' },
  },
  async run(values, _positionals, context) {
    const { stdout, log, clock } = context
    const request = parseBumpInputs({
      app: requireApp(values.app),
      image: required(values.image, { input: '--image' }, 'Name what to pin: repository:tag@sha256:…'),
      clusters: required(
        values.clusters,
        { input: '--clusters' },
        'Give names, globs or label=value, separated by commas',
      ),
      message: values.message ?? '',
      override: values.override ?? '',
      'dry-run': String(values['dry-run'] === true),
    })
    const outcome = await withRepository(values, context, repository =>
      bump(request, { clock, log, repository, guard: promise }),
    )
    for (const { cluster, reason } of outcome.skipped) log.warning(`${cluster} is left out: ${reason}`)
    for (const { cluster, reason } of outcome.overridden) log.warning(`${cluster} is written by override: ${reason}`)
    for (const { cluster, reason } of outcome.refused) log.error(`${cluster} is refused: ${reason}`)
    stdout.write(values.json ? `${JSON.stringify(outcome, null, 2)}\n` : render(outcome))
    return exitCodes[ending[outcome.kind]]
  },
})

const ending: Readonly<Record<BumpOutcome['kind'], Ending>> = {
  written: 'done',
  planned: 'done',
  unchanged: 'done',
  refused: 'stopped',
}

function render({ kind, app, image, commit, bumped, recorded, diff }: BumpOutcome): string {
  const where = [...new Set([...bumped.map(({ cluster }) => cluster), ...recorded])].join(', ')
  const said: Readonly<Record<BumpOutcome['kind'], string>> = {
    written: `${app} is ${image.tag} on ${where}: commit ${commit}`,
    planned: `${app} would be ${image.tag} on ${where}`,
    unchanged: `${app} is ${image.tag} there already: nothing changed`,
    refused: `${app} was not set to ${image.tag}: nothing was written`,
  }
  return [...diff.split('\n').map(plain), said[kind], ''].filter((line, index) => line !== '' || index > 0).join('\n')
}
