import { runAction } from '../shell/index.ts'
import { readInputs } from './inputs.ts'

await runAction(process, {
  inputs: readInputs,
  secrets: inputs => [inputs.secrets],
  title: ({ image }) => `build ${image}`,
  async run(inputs, host) {
    // Loaded after the first line is out, so that the step starts at once.
    const { build, parseBuildInputs, secretValues, subjectName } = await import('../../steps/build/index.ts')
    const { findCredentials } = await import('../../images/index.ts')
    const { summarize } = await import('./summary.ts')
    const { env, run, mask, temporary } = host
    const workspace = env.GITHUB_WORKSPACE || process.cwd()
    const request = await parseBuildInputs(inputs, { base: workspace, within: workspace, temporary })
    for (const value of await secretValues(request.secrets, env)) mask(value)
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
        'subject-name': outcome.digest === undefined ? '' : subjectName(outcome.repository),
        'subject-digest': outcome.digest ?? '',
        reused: String(outcome.kind === 'reused'),
        reason: outcome.reason,
        'content-key': outcome.contentKey ?? '',
        json: JSON.stringify(outcome),
      },
      summary: summarize(outcome),
    }
  },
})
