import { cell, runAction } from '../shell/index.ts'
import { readInputs } from './inputs.ts'

await runAction(process, {
  inputs: readInputs,
  secrets: inputs => [inputs.token, inputs['app-private-key']],
  title: ({ repository, workflow }) => `start ${workflow} in ${repository}`,
  async run(inputs, { env, ...host }) {
    // Loaded after the first line is out, so that the step starts at once.
    const { dispatch, parseDispatchInputs } = await import('../../steps/dispatch/index.ts')
    const api = env.GITHUB_API_URL || 'https://api.github.com'
    const outcome = await dispatch(parseDispatchInputs(inputs), { ...host, api })
    const { repository, workflow, ref, run, url } = outcome
    host.log.info(`started on ${ref}${url === undefined ? '' : `: ${url}`}`)
    const page = url === undefined ? '' : ` [Its run](${encodeURI(url)}).`
    return {
      outputs: { run: run === undefined ? '' : String(run), url: url ?? '', json: JSON.stringify(outcome) },
      summary: `Started ${cell(workflow)} in ${cell(repository)}.${page}\n`,
    }
  },
})
