import { failedRuns, type GitHub, listReviews, listWaitingRuns } from '../../github/index.ts'
import type { Wish } from './request.ts'

/**
 * Whether to ask now. `asked`: a run waits for it already, so that nobody is asked every quarter of an hour. `rejected`:
 * somebody said no, and running that job again asks anew.
 */
export type Ask = { title: string } & (
  | { kind: 'ask' }
  | { kind: 'asked'; url: string }
  | { kind: 'rejected'; url: string; by: string }
)

/** How many failed runs are looked through for a rejection: a week of an app that fails four times a day. */
const lookBack = 30

/**
 * Says whether an approval must be asked for, or whether a run of the same workflow does so already, or did and somebody
 * rejected it: such a run has a job that bears the approval's title, which names the release. `workflow` is the file's
 * name. Needs `actions: read`. Throws a GitHubError.
 */
export async function askOnce(
  github: GitHub,
  wish: Wish,
  { repository, workflow }: { repository: string; workflow: string },
): Promise<Ask> {
  const title = titleOf(wish)
  for (const { jobs, url } of await listWaitingRuns(github, { repository, workflow })) {
    if (jobs.some(({ name }) => asks(name, title))) return { kind: 'asked', title, url }
  }
  for await (const { id, jobs, url } of failedRuns(github, { repository, workflow, count: lookBack })) {
    if (!jobs.some(name => asks(name, title))) continue
    const reviews = await listReviews(github, { repository, run: id })
    const no = reviews.find(each => each.state === 'rejected' && each.environments.includes(wish.environment))
    if (no) return { kind: 'rejected', title, url, by: no.user }
  }
  return { kind: 'ask', title }
}

/** How long a release's name in a title may be: GitHub says of no length that it is too long, but cuts what it shows. */
const longest = 80

/**
 * What the job is called that asks, for people and to be found again: by app, wave and exact name, whose end stays where
 * a long tag is cut, because it tells releases of one tag apart.
 */
export function titleOf({ app, wave, release: { name } }: Wish): string {
  const end = name.slice(-'.0a1b2c3.9f8e7d6c5b4a'.length)
  const short = name.length > longest ? `${name.slice(0, longest - end.length - 1)}…${end}` : name
  return `Approve ${app} ${wave} ${short}`
}

/** A job of a reusable workflow is listed as `caller / job`, with one more name for each workflow in between. */
function asks(job: string, title: string): boolean {
  return job === title || job.endsWith(` / ${title}`)
}
