import { command } from '../command.ts'
import { exitCodes } from '../exit.ts'
import { inColour } from '../log.ts'
import { repositoryOptions, withRepository } from '../repository.ts'
import { readStatus } from './read.ts'
import { renderStatus } from './render.ts'

/** `stovepipe status`: the fleet as Git says it. */
export const status = command({
  name: 'status',
  summary: 'Prints the fleet: clusters, roles, states, shares, pins, quarantine',
  usage: '[options]',
  options: repositoryOptions,
  async run(values, _positionals, context) {
    const { stdout, env, log } = context
    const found = await withRepository(values, context, async repository => readStatus(await repository.head()))
    stdout.write(values.json ? `${JSON.stringify(found, null, 2)}\n` : renderStatus(found, inColour(stdout, env)))
    for (const fault of found.faults) log.error(fault)
    return found.faults.length > 0 ? exitCodes.configuration : exitCodes.done
  },
})
