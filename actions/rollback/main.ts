import { openAnnouncement, openTokens, runAction, runName, workflowCommitter } from '../shell/index.ts'
import { readInputs, secretsIn } from './inputs.ts'

await runAction(process, {
  inputs: readInputs,
  secrets: secretsIn,
  title: ({ app, to }) => `roll back ${app}${to && ` to ${to}`}`,
  async run(inputs, { env, fetch, mask, ...host }) {
    // Loaded after the first line is out, so that the step starts at once.
    const { parseRollbackInputs, rollBack } = await import('../../steps/steer/index.ts')
    const { openRepository } = await import('../../gitops/repository/index.ts')
    const { report } = await import('./report.ts')
    const request = parseRollbackInputs(inputs)
    const { repository, branch, directory } = inputs
    const tokens = await openTokens(inputs, { env, fetch, mask, ...host })
    const token = tokens.forGit(repository, 'write')
    const { run, clock, log, signal, temporary } = host
    const server = env.GITHUB_SERVER_URL || 'https://github.com'
    const opened = await openRepository(
      { repository, branch, directory, token, committer: workflowCommitter, server },
      { run, environment: env, temporary, clock, log },
    )
    const announcer = await openAnnouncement({ app: request.app, repository, branch, directory }, tokens, {
      env,
      fetch,
      ...host,
    })
    try {
      const outcome = await rollBack(request, {
        repository: opened,
        clock,
        log,
        fetch,
        signal,
        kubernetes: { env, mask, cwd: env.GITHUB_WORKSPACE || process.cwd() },
        listeners: announcer ? [announcer] : [],
        run: runName(env),
      })
      return report(outcome, log)
    } finally {
      await announcer?.close()
      await opened.close()
    }
  },
})
