import { resume } from '../../gitops/promotion/index.ts'
import { command } from '../command.ts'
import { decide, decisionOptions } from '../decision.ts'

/** `stovepipe resume`: a person lets promotions go on. */
export const resumeCommand = command({
  name: 'resume',
  summary: "Lets an app's suspended or held promotions go on",
  usage: '--app APP --reason TEXT [options]',
  description: 'What waits starts with the next `stovepipe promote`; a release that was rolled back stays so.',
  options: decisionOptions,
  run: (values, _positionals, context) => decide(values, context, resume),
})
