import { openGitOps, runAction, runName, tokenSecrets } from '../shell/index.ts'
import { readInputs } from './inputs.ts'

await runAction(process, {
  inputs: readInputs,
  secrets: inputs => tokenSecrets(inputs),
  title: ({ command, cluster }) => `${command} ${cluster}`,
  async run(inputs, { env, ...host }) {
    // Loaded after the first line is out, so that the step starts at once.
    const { changeCluster, parseClusterInputs } = await import('../../steps/fleet/index.ts')
    const { openLoadBalancer } = await import('../../steps/traffic/index.ts')
    const { report } = await import('./report.ts')
    const request = parseClusterInputs(inputs)
    const { repository: opened } = await openGitOps(inputs, { env, ...host })
    try {
      const ports = { ...host, repository: opened, open: openLoadBalancer, run: runName(env) }
      return report(await changeCluster(request, ports), host.log)
    } finally {
      await opened.close()
    }
  },
})
