import { openGitOps, runAction, tokenSecrets } from '../shell/index.ts'
import { readInputs } from './inputs.ts'

await runAction(process, {
  inputs: readInputs,
  secrets: inputs => tokenSecrets(inputs),
  title: ({ app, image, clusters }) => `set ${app} to ${image} on ${clusters}`,
  async run(inputs, { env, ...host }) {
    // Loaded after the first line is out, so that the step starts at once.
    const { bump, parseBumpInputs, promise } = await import('../../steps/bump/index.ts')
    const { report } = await import('./report.ts')
    const request = parseBumpInputs(inputs)
    const { repository: opened } = await openGitOps(inputs, { env, ...host })
    try {
      return report(await bump(request, { ...host, repository: opened, guard: promise, run: runUrl(env) }), host.log)
    } finally {
      await opened.close()
    }
  },
})

function runUrl({ GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID }: NodeJS.ProcessEnv): string | undefined {
  if (!GITHUB_SERVER_URL || !GITHUB_REPOSITORY || !GITHUB_RUN_ID) return undefined
  return `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}`
}
