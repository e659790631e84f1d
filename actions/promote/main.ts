import { openAnnouncement, openGitOps, runAction, runName } from '../shell/index.ts'
import { readInputs, secretsIn } from './inputs.ts'

await runAction(process, {
  inputs: readInputs,
  secrets: secretsIn,
  title: ({ app, image }) => `promote ${app}${image && ` ${image}`}`,
  async run(inputs, { env, fetch, mask, summarizeFailure, ...host }) {
    // Loaded after the first line is out, so that the step starts at once.
    const { parsePromoteInputs, promote } = await import('../../steps/promote/index.ts')
    const { findCredentials } = await import('../../images/index.ts')
    const { linksOf, openChronicle } = await import('../../steps/announce/index.ts')
    const { report } = await import('./report.ts')
    const { summarizeEnd } = await import('./summary.ts')
    const request = parsePromoteInputs(inputs)
    const { repository, branch, directory } = inputs
    const { repository: opened, tokens, server } = await openGitOps(inputs, { env, fetch, mask, ...host })
    const { run, clock, log, signal, temporary } = host
    const git = { run, environment: env, temporary }
    const chronicle = openChronicle(request.app)
    // A run that only admits, or writes nothing, has nothing to tell: the one that carries the release does.
    const tells = !request.dryRun && request.until?.kind !== 'admitted'
    const announced = { app: request.app, repository, branch, directory }
    const announcer = tells ? await openAnnouncement(announced, tokens, { env, fetch, ...host }) : undefined
    const told = () => {
      const timeline = chronicle.timeline()
      return { timeline, links: linksOf(timeline, server, repository) }
    }
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
        listeners: announcer ? [chronicle, announcer] : [chronicle],
        run: runName(env),
      })
      const { timeline, links } = told()
      return report(outcome, timeline, links, log)
    } catch (error) {
      const { timeline, links } = told()
      const how = signal.aborted ? 'cancelled' : 'failed'
      await summarizeFailure(error, reason => summarizeEnd({ app: request.app, how, reason }, timeline, links))
      throw error
    } finally {
      await announcer?.close()
      await opened.close()
    }
  },
})
