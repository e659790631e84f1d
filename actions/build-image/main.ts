import { findCredentials } from '../../images/index.ts'
import { build, parseBuildInputs } from '../../steps/build/index.ts'
import { runAction } from '../shell/index.ts'
import { readInputs } from './inputs.ts'
import { summarize } from './summary.ts'

await runAction(process, {
  inputs: readInputs,
  secrets: inputs => [inputs.secrets],
  async run(inputs, host) {
    const { env, run } = host
    const workspace = env.GITHUB_WORKSPACE || process.cwd()
    const request = await parseBuildInputs(inputs, { base: workspace, within: workspace })
    const outcome = await build(request, {
      ...host,
      credentials: registry => findCredentials(registry, { env, run }),
      ...(env.GITHUB_REPOSITORY && { source: `${env.GITHUB_SERVER_URL}/${env.GITHUB_REPOSITORY}` }),
    })
    return {
      outputs: {
        image: outcome.image,
        repository: outcome.repository,
        tag: outcome.tag,
        digest: outcome.digest ?? '',
        'deployed-version': outcome.tag,
        json: JSON.stringify(outcome),
      },
      summary: summarize(outcome),
    }
  },
})
