import { appNames } from '../../gitops/fleet/index.ts'
import { adoptRunning, type Decision, readState, type Unadopted, unadopted } from '../../gitops/promotion/index.ts'
import { steer } from '../../steps/steer/index.ts'
import { command } from '../command.ts'
import { runName } from '../decision.ts'
import { exitCodes } from '../exit.ts'
import { plain } from '../log.ts'
import { personName } from '../person.ts'
import { repositoryOptions, withRepository } from '../repository.ts'

/** `stovepipe adopt`: what a fleet ran before the kit came is put on record. */
export const adoptCommand = command({
  name: 'adopt',
  summary: 'Records what an existing fleet runs as adopted, for the apps named or for all with a pipeline',
  usage: '[APP...] [options]',
  description:
    'What is adopted can be gone back to, and new clusters can join with it. One commit for each app, and nothing that ' +
    'runs is touched. The first admission of a release does the same by itself.',
  options: {
    ...repositoryOptions,
    reason: { type: 'string', value: 'TEXT', default: 'it runs', description: 'Why; it is recorded' },
  },
  positionals: { min: 0, max: 1000 },
  async run(values, positionals, context) {
    const { clock, log, stdout } = context
    const by = await personName(context)
    const outcomes = await withRepository(values, context, async repository => {
      const tree = await repository.head()
      const all = appNames(tree).filter(app => tree.id(`apps/${app}/pipeline.yaml`) !== undefined)
      const found = []
      for (const app of positionals.length > 0 ? positionals : all) {
        const decision: Decision = { by, reason: values.reason, at: clock.now(), run: runName() }
        const outcome = await steer(head => adoptRunning(head, app, decision), { repository, clock, log })
        found.push({ app, ...outcome, left: unadopted(readState(await repository.head(), app)) })
      }
      return found
    })
    if (values.json) stdout.write(`${JSON.stringify(outcomes, null, 2)}\n`)
    else if (outcomes.length === 0) stdout.write('No app has a pipeline.\n')
    else {
      for (const outcome of outcomes) {
        const what = outcome.kind === 'written' ? `${outcome.said}, commit ${outcome.commit}` : outcome.stop.reason
        stdout.write(`${outcome.app}: ${plain(what)}\n`)
        for (const left of outcome.left) stdout.write(`${outcome.app}: ${plain(notAdopted(outcome.app, left))}\n`)
      }
    }
    return outcomes.some(({ left }) => left.length > 0) ? exitCodes.stopped : exitCodes.done
  },
})

function notAdopted(app: string, { cluster, lacks }: Unadopted): string {
  return `${cluster} is not adopted, its pin lacks ${lacks.join(' and ')}. Pin what runs there with \`stovepipe bump --app ${app} --clusters ${cluster} --image REPOSITORY:TAG@DIGEST --override 'it runs'\`, and adopt again`
}
