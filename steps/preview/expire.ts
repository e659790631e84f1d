import { explainError } from '../../configuration/index.ts'
import { listClosedPulls, listOpenPulls } from '../../github/index.ts'
import { code } from './code.ts'
import { pullsDeployed } from './deployment.ts'
import { judge } from './judge.ts'
import { tidy } from './leftover.ts'
import type { PreviewOutcome } from './outcome.ts'
import type { PreviewSettings } from './request.ts'
import { type Host, openSession, type Session } from './session.ts'
import { isLive } from './standing.ts'

/**
 * Takes every preview away that has to go, and what is still told of those that are gone: runs that were killed, or that
 * GitHub never started, have left it behind. One that cannot be looked after keeps none of the others. Throws at the end
 * if there was any.
 */
export async function expire(settings: PreviewSettings, host: Host): Promise<PreviewOutcome> {
  const { repository } = settings
  const pulls = [...(await listOpenPulls(host.github, repository)), ...(await listClosedPulls(host.github, repository))]
  const live = pulls.filter(isLive).map(({ number }) => number)
  const gone: number[] = []
  const failures: unknown[] = []
  const lookAfter = async (number: number, act: (session: Session) => Promise<string | undefined>) => {
    try {
      const why = await act(openSession(settings, number, host))
      if (why === undefined) return
      host.log.info(`#${number}: ${why}`)
      gone.push(number)
    } catch (error) {
      host.signal.throwIfAborted()
      host.log.error(`#${number}: ${explainError(error)}`)
      failures.push(error)
    }
  }
  for (const number of live) await lookAfter(number, judge)
  const left = await pullsDeployed(settings, host, live)
  for (const number of left) await lookAfter(number, tidy)

  const looked = live.length + left.length
  if (failures.length > 0) {
    throw new AggregateError(failures, `${failures.length} of ${looked} previews could not be looked after`)
  }
  const said = `${gone.length} of ${looked} previews were taken away`
  const list = gone.map(number => `#${number}`).join(', ')
  return {
    result: gone.length > 0 ? 'expired' : 'nothing-to-do',
    reason: said,
    markdown: `### Previews of ${code(settings.app)}\n\n${said}${list && `: ${list}`}.\n`,
    build: 'no',
    numbers: gone,
  }
}
