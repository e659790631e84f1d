import { dispatch, parseDispatchInputs } from '../../steps/dispatch/index.ts'
import { command } from '../command.ts'
import { exitCodes } from '../exit.ts'
import { tokenOf } from '../repository.ts'

/** `stovepipe dispatch`: what the action `dispatch` does, from a terminal or another CI. */
export const dispatchCommand = command({
  name: 'dispatch',
  summary: 'Starts a workflow in another repository, such as the promotion of an image that was built elsewhere',
  usage: '--repository OWNER/NAME [--inputs NAME=VALUE]... [options]',
  description: 'The token must be allowed to write actions in that repository; it needs nothing else there.',
  options: {
    repository: { type: 'string', value: 'OWNER/NAME', description: 'The repository' },
    workflow: { type: 'string', value: 'FILE', default: 'promote.yml', description: 'The file name of the workflow' },
    ref: { type: 'string', value: 'BRANCH', default: 'main', description: 'The branch it runs on' },
    inputs: { type: 'string', value: 'NAME=VALUE', multiple: true, description: 'One of its inputs' },
  },
  async run(values, _positionals, context) {
    const request = parseDispatchInputs({
      repository: values.repository ?? '',
      workflow: values.workflow,
      ref: values.ref,
      inputs: (values.inputs ?? []).join('\n'),
      token: tokenOf(context.env) ?? '',
      'app-client-id': '',
      'app-private-key': '',
    })
    const api = context.env.GITHUB_API_URL || 'https://api.github.com'
    const outcome = await dispatch(request, { ...context, api, mask: () => {} })
    const { workflow, repository, ref, url } = outcome
    const said = `started ${workflow} in ${repository} on ${ref}${url === undefined ? '' : `: ${url}`}\n`
    context.stdout.write(values.json ? `${JSON.stringify(outcome, null, 2)}\n` : said)
    return exitCodes.done
  },
})
