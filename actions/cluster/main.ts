import { openTokens, runAction, runName, tokenSecrets, workflowCommitter } from '../shell/index.ts'
import { readInputs } from './inputs.ts'

await runAction(process, {
  inputs: readInputs,
  secrets: inputs => tokenSecrets(inputs),
  title: ({ command, cluster }) => `${command} ${cluster}`,
  async run(inputs, { env, ...host }) {
    // Loaded after the first line is out, so that the step starts at once.
    const { changeCluster, parseClusterInputs } = await import('../../steps/fleet/index.ts')
    const { openLoadBalancer } = await import('../../steps/traffic/index.ts')
    const { openRepository } = await import('../../gitops/repository/index.ts')
    const { report } = await import('./report.ts')
    const request = parseClusterInputs(inputs)
    const { repository, branch, directory } = inputs
    const tokens = await openTokens(inputs, { env, ...host })
    const token = tokens.forGit(repository, 'write')
    const server = env.GITHUB_SERVER_URL || 'https://github.com'
    const opened = await openRepository(
      { repository, branch, directory, token, committer: workflowCommitter, server },
      { ...host, environment: env },
    )
    try {
      const ports = { ...host, repository: opened, open: openLoadBalancer, run: runName(env) }
      return report(await changeCluster(request, ports), host.log)
    } finally {
      await opened.close()
    }
  },
})
