import { openGitOps, runAction } from '../shell/index.ts'
import { readInputs } from './inputs.ts'

await runAction(process, {
  inputs: readInputs,
  secrets: inputs => [inputs.token],
  title: ({ repository, branch }) => `route traffic as ${repository} says on ${branch}`,
  async run(inputs, { env, ...host }) {
    // Loaded after the first line is out, so that the step starts at once.
    const { openLoadBalancer, parseTrafficInputs, routeTraffic } = await import('../../steps/traffic/index.ts')
    const { report } = await import('./report.ts')
    const request = parseTrafficInputs(inputs)
    const { repository: opened } = await openGitOps(inputs, { env, ...host })
    try {
      return report(await routeTraffic(request, { ...host, repository: opened, open: openLoadBalancer }), host.log)
    } finally {
      await opened.close()
    }
  },
})
