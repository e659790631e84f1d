import { openTokens, runAction, workflowCommitter } from '../shell/index.ts'
import { readInputs, secretsIn } from './inputs.ts'

await runAction(process, {
  inputs: readInputs,
  secrets: secretsIn,
  title: ({ app, image }) => `promote ${app}${image && ` ${image}`}`,
  async run(inputs, { env, fetch, mask, ...host }) {
    // Loaded after the first line is out, so that the step starts at once.
    const { parsePromoteInputs, promote } = await import('../../steps/promote/index.ts')
    const { openRepository } = await import('../../gitops/repository/index.ts')
    const { findCredentials } = await import('../../images/index.ts')
    const { report } = await import('./report.ts')
    const request = parsePromoteInputs(inputs)
    const { repository, branch, directory } = inputs
    const tokens = await openTokens(inputs, { env, fetch, mask, ...host })
    const token = tokens.forGit(repository, 'write')
    const { run, clock, log, signal, temporary } = host
    const server = env.GITHUB_SERVER_URL || 'https://github.com'
    const committer = workflowCommitter
    const git = { run, environment: env, temporary }
    const opened = await openRepository(
      { repository, branch, directory, token, committer, server },
      { ...git, clock, log },
    )
    try {
      const outcome = await promote(request, {
        repository: opened,
        clock,
        log,
        fetch,
        signal,
        git,
        server,
        tokenFor: address => tokens.forGit(address, 'read'),
        credentials: registry => findCredentials(registry, { env, run }),
        kubernetes: { env, mask, cwd: env.GITHUB_WORKSPACE || process.cwd() },
        run: runName(env),
      })
      return report(outcome, log)
    } finally {
      await opened.close()
    }
  },
})

/** The run's page, and something of its own: one job may run the step twice, and two attempts share a number. */
function runName(env: NodeJS.ProcessEnv): string {
  const { GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID, GITHUB_RUN_ATTEMPT = '1' } = env
  const unique = crypto.randomUUID().slice(0, 8)
  if (!GITHUB_SERVER_URL || !GITHUB_REPOSITORY || !GITHUB_RUN_ID) return `run-${unique}`
  return `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}/attempts/${GITHUB_RUN_ATTEMPT}#${unique}`
}
