import { type GitHub, listWaitingRuns } from '../../github/index.ts'
import type { Wish } from './request.ts'

/** Whether to ask now. `asked`: a run waits for it already, so that nobody is asked every quarter of an hour. */
export type Ask = { kind: 'ask'; title: string } | { kind: 'asked'; title: string; url: string }

/**
 * Says whether an approval must be asked for, or whether a run of the same workflow does so already: it has a job that
 * waits and bears the approval's title. `workflow` is the file's name. Needs `actions: read`. Throws a GitHubError.
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
  return { kind: 'ask', title }
}

/** What the job is called that asks, for people and to be found again. */
export function titleOf({ app, wave, release }: Wish): string {
  return `Approve ${app} ${wave} ${release.name}`
}

/** A job of a reusable workflow is listed as `caller / job`, with one more name for each workflow in between. */
function asks(job: string, title: string): boolean {
  return job === title || job.endsWith(` / ${title}`)
}
