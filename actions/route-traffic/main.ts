import { runAction } from '../shell/index.ts'
import { readInputs } from './inputs.ts'

await runAction(process, {
  inputs: readInputs,
  secrets: inputs => [inputs.token],
  title: ({ repository, branch }) => `route traffic as ${repository} says on ${branch}`,
  async run(inputs, { env, ...host }) {
    // Loaded after the first line is out, so that the step starts at once.
    const { openLoadBalancer, parseTrafficInputs, routeTraffic } = await import('../../steps/traffic/index.ts')
    const { openRepository } = await import('../../gitops/repository/index.ts')
    const { report } = await import('./report.ts')
    const request = parseTrafficInputs(inputs)
    const { repository, branch, directory, token } = inputs
    // Nothing is written to Git here, but a repository is not opened without a name.
    const committer = { name: 'github-actions[bot]', email: '41898282+github-actions[bot]@users.noreply.github.com' }
    const opened = await openRepository(
      { repository, branch, directory, token, committer, server: env.GITHUB_SERVER_URL || 'https://github.com' },
      { ...host, environment: env },
    )
    try {
      return report(await routeTraffic(request, { ...host, repository: opened, open: openLoadBalancer }), host.log)
    } finally {
      await opened.close()
    }
  },
})
