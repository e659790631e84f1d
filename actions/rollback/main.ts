import { openAnnouncement, openGitOps, runAction, runName } from '../shell/index.ts'
import { readInputs, secretsIn } from './inputs.ts'

await runAction(process, {
  inputs: readInputs,
  secrets: secretsIn,
  title: ({ app, to }) => `roll back ${app}${to && ` to ${to}`}`,
  async run(inputs, { env, fetch, mask, ...host }) {
    // Loaded after the first line is out, so that the step starts at once.
    const { parseRollbackInputs, rollBack } = await import('../../steps/steer/index.ts')
    const { report } = await import('./report.ts')
    const request = parseRollbackInputs(inputs)
    const { repository, branch, directory } = inputs
    const { repository: opened, tokens } = await openGitOps(inputs, { env, fetch, mask, ...host })
    const { clock, log, signal } = host
    const announced = { app: request.app, repository, branch, directory }
    const announcer = await openAnnouncement(announced, tokens, { env, fetch, ...host })
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
