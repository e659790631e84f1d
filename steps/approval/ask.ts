import { type GitHub, listReviews, runsOf } from '../../github/index.ts'
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

/**
 * Where an approval that was asked for is found, and how many runs are looked through. A run whose other jobs still run,
 * or queue behind another run's, need not be listed as waiting, and has not failed yet when somebody has rejected it.
 * Thirty that failed are a week of an app that fails four times a day.
 */
const places = [
  ...(['waiting', 'in_progress', 'queued', 'pending'] as const).map(state => ({ state, count: 100 })),
  { state: 'failure' as const, count: 30 },
]

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
  for await (const { id, jobs, url } of runsOf(github, { repository, workflow }, places)) {
    const asking = jobs.filter(({ name }) => asks(name, title))
    if (asking.length === 0) continue
    if (asking.some(({ status }) => status === 'waiting')) return { kind: 'asked', title, url }
    const reviews = await listReviews(github, { repository, run: id, environment: wish.environment })
    const no = reviews.find(({ state }) => state === 'rejected')
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
