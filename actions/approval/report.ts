import { GitHubError } from '../../github/index.ts'
import type { Log } from '../../host/index.ts'
import { type Ask, titleOf, type Wish } from '../../steps/approval/index.ts'
import { type ActionResult, cell } from '../shell/index.ts'

/** The result of `ask`. Where GitHub does not say what waits, it is asked: twice is better than never. */
export async function asking(wish: Wish, look: () => Promise<Ask>, log: Log): Promise<ActionResult> {
  const found = await orWarn<Ask>(
    look,
    { kind: 'ask', title: titleOf(wish) },
    'the approval is asked for all the same',
    log,
  )
  const what = `${wish.app} ${wish.release.name}, after wave ${wish.wave}`
  const said = `${what}: ${tell(found, wish)}`
  if (found.kind === 'rejected') log.warning(said)
  else log.info(said)
  const outputs = { ask: String(found.kind === 'ask'), title: found.title, environment: wish.environment, by: '' }
  return { outputs: { ...outputs, json: JSON.stringify(outputs) }, summary: `${cell(said)}\n` }
}

function tell(found: Ask, { environment }: Wish): string {
  switch (found.kind) {
    case 'ask':
      return `the reviewers of environment ${environment} are asked`
    case 'asked':
      return `asked for already, by ${found.url}`
    case 'rejected':
      return `${found.by} rejected it in ${found.url}, so nobody is asked. Run its failed job again to ask anew, roll back, or offer another release`
  }
}

/**
 * The result of `reviewer`, which is recorded as it is: where nobody had to approve, or GitHub does not say who did, no
 * person's name stands for it.
 */
export async function reviewed(wish: Wish, look: () => Promise<string | undefined>, log: Log): Promise<ActionResult> {
  const unsaid = 'somebody, and GitHub did not say who'
  const nobody = `nobody, for environment ${wish.environment} has no reviewers`
  const by = (await orWarn(look, unsaid, 'nobody is named as the reviewer', log)) ?? nobody
  log.info(`${wish.environment} was approved by ${by}`)
  const outputs = { ask: '', title: titleOf(wish), environment: wish.environment, by }
  return { outputs: { ...outputs, json: JSON.stringify(outputs) } }
}

/** What GitHub said, or, where it could not be asked, the other value after one warning that names the permission. */
async function orWarn<T>(look: () => Promise<T>, otherwise: T, consequence: string, log: Log): Promise<T> {
  try {
    return await look()
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error
    const cure = error.kind === 'forbidden' || error.kind === 'not-found' ? ' Grant `actions: read`.' : ''
    log.warning(`${error.message}: ${consequence}.${cure}`)
    return otherwise
  }
}
