import { rollback } from '../../gitops/promotion/index.ts'
import { command } from '../command.ts'
import { decide, decisionOptions } from '../decision.ts'

/** `stovepipe rollback`: a person takes a release back. */
export const rollbackCommand = command({
  name: 'rollback',
  summary: "Takes an app's release back everywhere, and suspends its promotions",
  usage: '--app APP --reason TEXT [options]',
  description:
    'One commit restores what was accepted before; it is watched until healthy by the next `stovepipe promote`. New images only wait until `stovepipe resume`.',
  options: {
    ...decisionOptions,
    quarantine: { type: 'boolean', description: 'Refuse the release from now on, until a person releases it' },
  },
  run: (values, _positionals, context) =>
    decide(values, context, (tree, app, by) => rollback(tree, app, { ...by, refuse: values.quarantine === true })),
})
