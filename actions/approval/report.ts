import { GitHubError } from '../../github/index.ts'
import type { Log } from '../../host/index.ts'
import { type Ask, handover, titleOf, type Wish } from '../../steps/approval/index.ts'
import { type ActionResult, cell } from '../shell/index.ts'

/**
 * The result of `ask`. Where GitHub does not say what waits, it is asked: twice is better than never. Where it has been
 * asked too much, the next run looks again.
 */
export async function asking(wish: Wish, look: () => Promise<Ask>, log: Log): Promise<ActionResult> {
  const title = titleOf(wish)
  const found = await orWarn<Ask | { kind: 'later'; title: string }>(look, log, error =>
    error.kind === 'rate-limited'
      ? { value: { kind: 'later', title }, consequence: 'the next run asks for the approval' }
      : { value: { kind: 'ask', title }, consequence: 'the approval is asked for all the same' },
  )
  const what = `${wish.app} ${wish.release.name}, after wave ${wish.wave}`
  const said = `${what}: ${tell(found, wish)}`
  if (found.kind === 'rejected') log.warning(said)
  else log.info(said)
  const outputs = { ask: String(found.kind === 'ask'), title, ...outputsOf(wish), by: '' }
  return { outputs: { ...outputs, json: JSON.stringify(outputs) }, summary: `${cell(said)}\n` }
}

function outputsOf(wish: Wish) {
  const { environment, wave, release } = wish
  return { environment, wave, release: release.name, handover: handover(wish) }
}

function tell(found: Ask | { kind: 'later' }, { environment }: Wish): string {
  switch (found.kind) {
    case 'ask':
      return `the reviewers of environment ${environment} are asked`
    case 'later':
      return 'GitHub takes no more requests for now, so the next run sees whether to ask'
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
  const unsaid = { value: 'somebody, and GitHub did not say who', consequence: 'nobody is named as the reviewer' }
  const nobody = `nobody, for environment ${wish.environment} has no reviewers`
  const by = (await orWarn(look, log, () => unsaid)) ?? nobody
  log.info(`${wish.environment} was approved by ${by}`)
  const outputs = { ask: '', title: titleOf(wish), ...outputsOf(wish), by }
  return { outputs: { ...outputs, json: JSON.stringify(outputs) } }
}

/** What GitHub said, or, where it could not be asked, the other value after one warning that names the permission. */
async function orWarn<T>(
  look: () => Promise<T>,
  log: Log,
  otherwise: (error: GitHubError) => { value: T; consequence: string },
): Promise<T> {
  try {
    return await look()
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error
    const cure = error.kind === 'forbidden' || error.kind === 'not-found' ? ' Grant `actions: read`.' : ''
    const { value, consequence } = otherwise(error)
    log.warning(`${error.message}: ${consequence}.${cure}`)
    return value
  }
}
