import { openTokens, runAction, runName, workflowCommitter } from '../shell/index.ts'
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
    const { linksOf, openChronicle } = await import('../../steps/announce/index.ts')
    const { openAnnouncement } = await import('./announcement.ts')
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
    const chronicle = openChronicle(request.app)
    const announcement = openAnnouncement(request, inputs, tokens, { env, fetch, ...host })
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
        listeners: [chronicle, ...announcement.listeners],
        run: runName(env),
      })
      const timeline = chronicle.timeline()
      return report(outcome, timeline, linksOf(timeline, server, repository), log)
    } finally {
      await announcement.close()
      await opened.close()
    }
  },
})
