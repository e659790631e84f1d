import { appNames } from '../../gitops/fleet/index.ts'
import { type QuarantineEntry, refused } from '../../gitops/promotion/index.ts'
import { columns } from '../columns.ts'
import { command } from '../command.ts'
import { exitCodes } from '../exit.ts'
import { plain } from '../log.ts'
import { repositoryOptions, withRepository } from '../repository.ts'

/** `stovepipe quarantine list`: what is refused, and why. */
export const quarantineList = command({
  name: 'quarantine list',
  summary: 'Lists the releases that are refused',
  usage: '[options]',
  options: {
    app: { type: 'string', value: 'APP', description: 'Only this app' },
    ...repositoryOptions,
  },
  async run(values, _positionals, context) {
    const tree = await withRepository(values, context, repository => repository.head())
    const apps = values.app === undefined ? appNames(tree) : [values.app]
    const entries = apps.flatMap(app => refused(tree, app).map(entry => ({ app, ...entry })))
    const { stdout } = context
    stdout.write(values.json ? `${JSON.stringify(entries, null, 2)}\n` : render(entries))
    return exitCodes.done
  },
})

function render(entries: readonly (QuarantineEntry & { app: string })[]): string {
  if (entries.length === 0) return 'Nothing is in quarantine.\n'
  const rows = entries.map(({ app, tag, base, at, by, reason }) =>
    [app, tag, base === undefined ? 'any' : base.slice(0, 10), at, by, reason].map(plain),
  )
  return `${columns([['APP', 'TAG', 'BASE', 'SINCE', 'BY', 'REASON'], ...rows]).join('\n')}\n`
}
