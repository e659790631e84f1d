import { forgive } from '../../gitops/promotion/index.ts'
import { command } from '../command.ts'
import { decide, decisionOptions } from '../decision.ts'

/** `stovepipe quarantine release`: a person lets a refused release be offered again. */
export const quarantineRelease = command({
  name: 'quarantine release',
  summary: 'Takes a release out of quarantine, so that it can be offered again',
  usage: 'TAG|DIGEST --app APP --reason TEXT [options]',
  options: decisionOptions,
  positionals: { min: 1, max: 1 },
  run: (values, [which = ''], context) => decide(values, context, (tree, app, by) => forgive(tree, app, which, by)),
})
