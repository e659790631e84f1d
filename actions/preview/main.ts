import { type ActionHost, runAction } from '../shell/index.ts'
import { readInputs, secretsIn } from './inputs.ts'
import { report } from './report.ts'

await runAction(process, {
  inputs: readInputs,
  secrets: secretsIn,
  title: ({ mode, app, number }) => `preview of ${app}: ${mode}${number && ` #${number}`}`,
  async run(inputs, { env, mask, ...host }) {
    // Loaded after the first line is out, so that the step starts at once.
    const { parsePreviewInputs, preview } = await import('../../steps/preview/index.ts')
    const { openGitHub } = await import('../../github/index.ts')
    const request = parsePreviewInputs(inputs)
    const api = env.GITHUB_API_URL || 'https://api.github.com'
    const runUrl = pageOf(env)
    const outcome = await preview(request, {
      ...host,
      github: openGitHub({ ...host, api, token: inputs.token }),
      kubernetes: { env, mask, cwd: env.GITHUB_WORKSPACE || process.cwd() },
      ...(runUrl !== undefined && { runUrl }),
    })
    return report(outcome, host.log)
  },
})

/** The page of the run. */
function pageOf({ GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID }: ActionHost['env']): string | undefined {
  if (!GITHUB_SERVER_URL || !GITHUB_REPOSITORY || !GITHUB_RUN_ID) return undefined
  return `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}`
}
