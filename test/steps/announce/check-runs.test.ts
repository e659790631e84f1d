import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { CheckContent } from '../../../github/index.ts'
import { openCheckRuns } from '../../../steps/announce/check-runs.ts'
import type { GitHubServer } from '../../support/github/index.ts'
import { AnnouncedStage, source, startServer } from './world.ts'

let github: GitHubServer
beforeEach(async () => {
  github = await startServer()
})
afterEach(() => github.close())

const commit = 'a'.repeat(40)
const content = (state: CheckContent['state']): CheckContent => ({
  name: 'app / canary / prod-a',
  externalId: 'stovepipe/app/prod-a',
  startedAt: 0,
  title: 'Analysis',
  summary: 'Two metrics',
  state,
})

test('a check run whose answer was lost, and which could not be looked up, is found when it is wanted again', async () => {
  const stage = new AnnouncedStage(github)
  const runs = openCheckRuns(stage.api(), source)
  expect(await runs.isShown(commit, content({ kind: 'in_progress' }), 'always')).toBe(false)
  github.faults.add({ on: 'POST /repos/{owner}/{repo}/check-runs', times: 1, afterwards: 'drop' })
  const list = 'GET /repos/{owner}/{repo}/commits/{ref}/check-runs'
  github.faults.add({ on: list, times: 100, instead: { status: 503 } })
  await expect(runs.show(commit, content({ kind: 'in_progress' }), 'always')).rejects.toMatchObject({
    kind: 'unavailable',
  })
  github.faults.clear()
  await runs.show(commit, content({ kind: 'completed', conclusion: 'success', at: 1000 }), 'always')
  expect(stage.checks()).toEqual([`app / canary / prod-a: ${commit} completed success`])
})
