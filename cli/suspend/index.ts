import { suspend } from '../../gitops/promotion/index.ts'
import { command } from '../command.ts'
import { decide, decisionOptions } from '../decision.ts'

/** `stovepipe suspend`: a person stops promotions where they stand. */
export const suspendCommand = command({
  name: 'suspend',
  summary: "Stops an app's promotions where they stand, until they are resumed",
  usage: '--app APP --reason TEXT [options]',
  description:
    'What is pinned stays, an open batch ends without a verdict, and new images only wait. `stovepipe resume` goes on.',
  options: decisionOptions,
  run: (values, _positionals, context) => decide(values, context, suspend),
})
