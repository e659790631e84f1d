import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { analysed, healthy, image, judged, usual, wave } from '../../gitops/promotion/stage.ts'
import type { GitHubServer } from '../../support/github/index.ts'
import { AnnouncedStage, everything, gitops, runUrl, source, startServer, until } from './world.ts'

let github: GitHubServer
let stage: AnnouncedStage

beforeEach(async () => {
  github = await startServer()
  stage = new AnnouncedStage(github)
})
afterEach(() => github.close())

const repository = (name = source) => github.state.repositories.get(name)
/** The last state of each deployment, oldest first. */
const shown = () => stage.deployments().map(line => line.replace(/(\S+): (\S+) .*?(\S+)$/, '$1: $2 $3'))

test('a good release: a check run for the gate that analyses, a deployment for each cluster, each run to its end', async () => {
  expect((await stage.announce(1)).outcome.kind).toBe('promoted')
  expect(stage.checks()).toEqual(['app / canary / canary: v1 completed success'])
  expect(shown()).toEqual(['app/canary: v1 success', 'app/primary-a: v1 success', 'app/primary-b: v1 success'])
  expect(repository()?.checks[0]).toMatchObject({ detailsUrl: runUrl, title: 'Judged good' })
  expect(repository()?.deployments[0]).toMatchObject({
    task: 'deploy:app',
    description: 'v1 to canary (wave canary)',
    production: true,
    transient: false,
    payload: { app: 'app', cluster: 'canary', tag: 'v1' },
  })
  expect(repository()?.deployments[0]?.statuses.at(-1)).toMatchObject({
    logUrl: runUrl,
    description: 'its gate passed',
  })
  expect(stage.warnings).toEqual([])
})

test('while a gate is open, the check run and the deployment are in progress', async () => {
  let meanwhile: unknown
  stage.beforeWrite = async message => {
    if (!message.startsWith('app: v1 (base') || !message.includes('passed canary')) return
    await until(() => stage.deployments().length > 0 && stage.checks().length > 0)
    await until(() => stage.checks()[0]?.endsWith('success') ?? false)
    meanwhile = [stage.deployments(), repository()?.checks.map(({ conclusion }) => conclusion)]
  }
  await stage.announce(1)
  expect(meanwhile).toEqual([['app/canary: v1 in_progress'], ['success']])
  expect(stage.deployments()[0]).toBe('app/canary: v1 in_progress, success')
})

test('a bad release fails its check run and its deployment; the rollback is a deployment of what was restored', async () => {
  await stage.announce(1)
  stage.verdict = () => judged('Failed', { message: '5% <b>errors</b> @team' })
  stage.account = (_, { message }) => ({
    sentence: message,
    metrics: [
      {
        name: 'errors',
        phase: 'Failed',
        dryRun: false,
        explanation: 'Metric "errors" failed: [0.05] ```x``` @team',
        place: { file: 'analysis/golden.yaml', line: 7, column: 3 },
      },
    ],
    startedAt: stage.clock.now(),
    finishedAt: stage.clock.now(),
  })
  const { outcome } = await stage.announce(2)
  expect(outcome.kind).toBe('rolled-back')
  expect(stage.checks()).toEqual([
    'app / canary / canary: v1 completed success',
    'app / canary / canary: v2 completed failure',
  ])
  expect(shown().filter(line => line.includes('canary'))).toEqual([
    'app/canary: v1 inactive',
    'app/canary: v2 failure',
    'app/canary: v1 success',
  ])
  const [, bad, restored] = (repository()?.deployments ?? []).filter(({ environment }) => environment === 'app/canary')
  expect(bad?.statuses.at(-1)?.description).toBe('canary: analysis failed: 5% <b>errors</b> @team')
  expect(restored).toMatchObject({ description: 'Rollback to v1 on canary (wave canary)' })
  const check = repository()?.checks[1]
  expect(check?.summary).toContain('5% &lt;b&gt;errors&lt;/b&gt; &#64;<!-- -->team')
  expect(check?.text).toContain('````text\nMetric "errors" failed: [0.05] ```x``` @team\n````')
  expect(check?.text).toContain('analysis/golden.yaml:7')
  // the template is in another repository, whose name says so
  expect(check?.annotations).toMatchObject([
    {
      path: 'acme/gitops/analysis/golden.yaml',
      start_line: 7,
      end_line: 7,
      annotation_level: 'failure',
      message: 'Metric "errors" failed: [0.05] ```x``` @team',
    },
  ])
})

test('where no source is known, the GitOps commits are told at, and annotations stand on the template', async () => {
  stage = new AnnouncedStage(github, { settings: '' })
  stage.options = {
    places: { server: 'https://github.example', repository: gitops, branch: 'main', directory: './kit/' },
  }
  stage.verdict = () => judged('Failed')
  stage.account = (_, { message }) => ({
    sentence: message,
    metrics: [
      {
        name: 'a',
        phase: 'Failed',
        dryRun: false,
        explanation: 'a failed',
        place: { file: 'analysis/a.yaml', line: 4 },
      },
      {
        name: 'b',
        phase: 'Failed',
        dryRun: true,
        explanation: 'b failed',
        place: { file: 'analysis/b.yaml', line: 5 },
      },
      { name: 'c', phase: 'Successful', dryRun: false, explanation: 'c held', place: { file: 'analysis/c.yaml' } },
    ],
    startedAt: 0,
    finishedAt: 0,
  })
  await stage.announce(1)
  const pinned = stage.git.log.find(({ message }) => message.includes('to canary (canary)'))?.id
  expect(repository(gitops)?.checks).toMatchObject([{ sha: pinned, conclusion: 'failure' }])
  expect(repository(gitops)?.checks[0]?.annotations).toMatchObject([
    { path: 'kit/analysis/a.yaml', start_line: 4, annotation_level: 'failure', message: 'a failed' },
    { path: 'kit/analysis/b.yaml', start_line: 5, annotation_level: 'warning' },
  ])
  expect(repository(gitops)?.deployments.map(({ sha }) => sha)).toContain(pinned)
  expect(repository()?.deployments).toEqual([])
})

test('a cancelled run leaves the check cancelled and the deployment in progress; the next run goes on with both', async () => {
  const cancellation = new AbortController()
  stage.analysisTakes = 10 * 60_000
  stage.clock.at(stage.clock.now() + 60_000, () => cancellation.abort(new Error('cancelled by SIGINT')))
  await expect(stage.announce(1, { signal: cancellation.signal })).rejects.toThrow('SIGINT')
  expect(stage.checks()).toEqual(['app / canary / canary: v1 completed cancelled'])
  expect(stage.deployments()).toEqual(['app/canary: v1 in_progress'])
  const [check, deployment] = [repository()?.checks[0]?.id, repository()?.deployments[0]?.id]
  expect((await stage.announce(undefined)).outcome.kind).toBe('promoted')
  expect(repository()?.checks).toMatchObject([{ id: check, status: 'completed', conclusion: 'success' }])
  expect(repository()?.deployments[0]).toMatchObject({ id: deployment })
  expect(shown()).toEqual(['app/canary: v1 success', 'app/primary-a: v1 success', 'app/primary-b: v1 success'])
})

test('a run that GitHub did not hear of changes nothing, and the next one, which finds nothing to do, makes up for it', async () => {
  github.faults.add({ times: 1000, instead: { status: 502 } })
  expect((await stage.announce(1)).outcome.kind).toBe('promoted')
  expect(stage.warnings).toHaveLength(1)
  expect(stage.warnings[0]).toMatch(
    /^GitHub did not answer in time, so it does not show .*the next run makes up for it$/,
  )
  expect([stage.checks(), stage.deployments()]).toEqual([[], []])
  github.faults.clear()
  expect((await stage.announce(undefined)).outcome.kind).toBe('nothing-to-do')
  expect(stage.checks()).toEqual(['app / canary / canary: v1 completed success'])
  expect(shown()).toEqual(['app/canary: v1 success', 'app/primary-a: v1 success', 'app/primary-b: v1 success'])
  const before = github.requests.filter(({ method }) => method !== 'GET').length
  await stage.announce(undefined)
  expect(github.requests.filter(({ method }) => method !== 'GET')).toHaveLength(before)
})

const primaries = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`primary-${index}`, 'role: primary, state: active']))
const together = [...usual.slice(0, 1), wave('primaries', 'role: primary')]

test('what settled hours ago is told by nobody twice, and looked back on with a handful of requests, however many clusters', async () => {
  stage = new AnnouncedStage(github, {
    clusters: { canary: 'role: canary, state: active', ...primaries(30) },
    waves: together,
  })
  await stage.announce(1)
  stage.clock.advance(3 * 60 * 60_000)
  const before = github.requests.length
  await stage.announce(undefined)
  const asked = github.requests.slice(before)
  expect(asked.filter(({ method }) => method !== 'GET')).toEqual([])
  expect(asked.length).toBeLessThan(10)
})

test('what GitHub did not hear of in an outage of hours is made up for, that which it heard before being left alone', async () => {
  stage = new AnnouncedStage(github, {
    clusters: { canary: 'role: canary, state: active', ...primaries(6) },
    waves: [...usual.slice(0, 1), wave('primaries', 'role: primary', undefined, ', batch: 2')],
  })
  stage.beforeWrite = async message => {
    if (!message.includes('passed primaries on primary-0')) return
    await until(() => stage.deployments().length === 3)
    await until(() => stage.deployments().every(line => !line.endsWith(' ')))
    github.faults.add({ times: 10_000, instead: { status: 502 } })
  }
  stage.options = { linger: { end: 300, cancelled: 100 } }
  expect((await stage.announce(1)).outcome.kind).toBe('promoted')
  expect(stage.warnings.join()).toContain('the next run makes up for it')
  stage.options = {}
  for (let hour = 0; hour < 5; hour++) stage.clock.advance(60 * 60_000)
  github.faults.clear()
  expect((await stage.announce(undefined)).outcome.kind).toBe('nothing-to-do')
  expect(shown().sort()).toEqual(
    ['canary', ...Object.keys(primaries(6))].map(cluster => `app/${cluster}: v1 success`).sort(),
  )
  expect(stage.checks()).toEqual(['app / canary / canary: v1 completed success'])
})

test('a deployment is found again however many the app has had since on other clusters', async () => {
  await stage.announce(1)
  const deployments = repository()?.deployments ?? []
  const [canary] = deployments
  if (!canary) throw new Error('there is no deployment')
  for (let index = 0; index < 400; index++) {
    deployments.push({
      ...canary,
      id: 50_000 + index,
      environment: `app/other-${index}`,
      payload: { cluster: 'other' },
    })
  }
  const before = deployments.length
  await stage.announce(undefined)
  expect(deployments).toHaveLength(before)
  expect(github.requests.map(({ path }) => path).filter(path => /[?&]page=/.test(path))).toEqual([])
})

const soaked = analysed.replace('deadline', 'soak: 20m, deadline')

test.each([
  ['before its analysis begins', 0, {}, 'Judged bad'],
  ['in the middle of its analysis', 1, {}, 'Judged bad'],
  ['while it soaks, its analysis passed', 1, { analysisTakes: 60_000 }, 'Judged bad'],
  ['where people roll back', 1, { settings: 'rollback: manual, ' }, 'Judged bad'],
] as const)('a canary that degrades %s fails its check run', async (_, analyses, setting, title) => {
  const { analysisTakes = 10 * 60_000, settings = '' } = { ...{ settings: '', analysisTakes: undefined }, ...setting }
  stage = new AnnouncedStage(github, {
    settings: `source: "https://github.example/acme/app", ${settings}`,
    waves: [wave('canary', 'role: canary', soaked), ...usual.slice(1)],
  })
  await stage.announce(1)
  stage.analysisTakes = analysisTakes
  const begun = stage.analyses.length
  let brokenAt = 0
  stage.health = (_cluster, version) => {
    if (version !== 'v2' || stage.analyses.length - begun < analyses) return healthy
    brokenAt ||= stage.clock.now() + 5 * 60_000 * analyses
    if (stage.clock.now() < brokenAt) return healthy
    return { kind: 'degraded', reason: 'Rollout app: CrashLoopBackOff', syncedAt: brokenAt }
  }
  expect((await stage.announce(2)).outcome.kind).toBe(settings === '' ? 'rolled-back' : 'blocked')
  const check = repository()?.checks.find(({ sha }) => sha === image(2).source)
  expect(check).toMatchObject({ name: 'app / canary / canary', status: 'completed', conclusion: 'failure', title })
  expect(check?.summary).toContain('canary: Rollout app: CrashLoopBackOff')
  expect(shown().filter(line => line.includes('canary: v2'))).toEqual(['app/canary: v2 failure'])
  const before = github.requests.length
  await stage.announce(undefined)
  expect(github.requests.slice(before).filter(({ method }) => method !== 'GET')).toEqual([])
})

test('a canary that came to no verdict in time and went back fails its check run, and is not called bad', async () => {
  stage = new AnnouncedStage(github, { settings: 'source: "https://github.example/acme/app", onTimeout: rollback, ' })
  await stage.announce(1)
  stage.verdict = () => judged('Inconclusive')
  expect((await stage.announce(2)).outcome.kind).toBe('rolled-back')
  expect(repository()?.checks.at(-1)).toMatchObject({ conclusion: 'failure', title: 'No verdict in time' })
})

test('a verdict by health that the run did not live to tell is told by the next one', async () => {
  await stage.announce(1)
  stage.health = (_cluster, version) =>
    version === 'v2' ? { kind: 'degraded', reason: 'CrashLoopBackOff', syncedAt: stage.clock.now() } : healthy
  stage.listeners = []
  await stage.listened(2)
  await stage.announce(undefined)
  expect(stage.checks()).toContain('app / canary / canary: v2 completed failure')
})

test('only the canary that is to blame fails its check run, of two that went back', async () => {
  stage = new AnnouncedStage(github, {
    clusters: { ant: 'role: canary, state: active', bee: 'role: canary, state: active' },
    waves: usual.slice(0, 1),
  })
  await stage.announce(1)
  stage.analysisTakes = 10 * 60_000
  stage.health = (cluster, version) =>
    cluster === 'bee' && version === 'v2' && stage.analyses.length === 4
      ? { kind: 'degraded', reason: 'CrashLoopBackOff', syncedAt: stage.clock.now() }
      : healthy
  await stage.announce(2)
  expect(
    stage
      .checks()
      .filter(line => line.includes('v2'))
      .sort(),
  ).toEqual(['app / canary / ant: v2 completed neutral', 'app / canary / bee: v2 completed failure'])
  expect(
    shown()
      .filter(line => line.includes('v2'))
      .sort(),
  ).toEqual(['app/ant: v2 inactive', 'app/bee: v2 failure'])
})

test('the verdict of a run that was killed before it told it is told by the next one', async () => {
  stage.verdict = () => judged('Failed', { message: 'too slow' })
  const announcer = stage.announcer()
  stage.listeners = [{ ...announcer, analysisEnded() {}, head() {} }]
  await stage.listened(1)
  stage.warnings.length = 0
  await stage.announce(undefined)
  expect(stage.checks()).toEqual(['app / canary / canary: v1 completed failure'])
  await announcer.close()
})

test.each([
  ['checks: write', { deployments: 'write', contents: 'read' }, 'check runs', 3],
  ['deployments: write', { checks: 'write', contents: 'read' }, 'deployments', 1],
  ['contents: read', { deployments: 'write', checks: 'write' }, 'deployments', 0],
] as const)(
  'without %s there is one warning that names it, and the rest is shown',
  async (permission, permissions, things, shown) => {
    // an image that names its commit by few digits, which must be looked up
    if (permission === 'contents: read') stage.sourceOf = version => image(version).source.slice(0, 12)
    stage.token = github.token({ repositories: [source], permissions })
    expect((await stage.announce(1)).outcome.kind).toBe('promoted')
    expect(stage.warnings.filter(line => line.startsWith(`no ${things} are shown on ${source}`))).toHaveLength(1)
    expect(stage.warnings[0]).toContain(`which needs the permission "${permission}" there`)
    expect(stage.checks().length + stage.deployments().length).toBe(shown)
    expect(github.requests.filter(({ status }) => status === 403)).toHaveLength(stage.warnings.length)
  },
)

test('a token that does not reach the repository gives one warning for each, and no delay', async () => {
  stage.token = github.token({ repositories: [gitops], permissions: { contents: 'write' } })
  expect((await stage.announce(1)).outcome.kind).toBe('promoted')
  const named = stage.warnings.map(line => /needs the permission "([^"]*)/.exec(line)?.[1])
  expect(named.sort()).toEqual(['checks: write', 'deployments: write'])
})

test('GitHub may take its time, or never answer: the promotion does not wait, and the end is bounded', async () => {
  github.faults.add({ times: 1000, delay: 60_000 })
  stage.options = { linger: { end: 300, cancelled: 100 } }
  const begun = performance.now()
  expect((await stage.announce(1)).outcome.kind).toBe('promoted')
  expect(performance.now() - begun).toBeLessThan(5000)
  expect(stage.warnings).toHaveLength(1)
})

test('a lost answer makes no second deployment and no second check run', async () => {
  github.faults.add({ on: 'POST /repos/{owner}/{repo}/deployments', times: 1, afterwards: 'drop' })
  github.faults.add({ on: 'POST /repos/{owner}/{repo}/check-runs', times: 1, afterwards: 'cut' })
  github.faults.add({
    on: 'POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses',
    times: 1,
    afterwards: 'drop',
  })
  await stage.announce(1)
  await stage.announce(undefined)
  expect(stage.checks()).toEqual(['app / canary / canary: v1 completed success'])
  expect(shown()).toEqual(['app/canary: v1 success', 'app/primary-a: v1 success', 'app/primary-b: v1 success'])
})

test('an analysis without a verdict is neutral, and the next attempt has the same check run', async () => {
  let attempts = 0
  stage.verdict = () => judged(attempts++ === 0 ? 'Inconclusive' : 'Successful')
  const conclusions: (string | null)[] = []
  stage.beforeWrite = async message => {
    if (!message.includes('analysis 2 of 3')) return
    await until(() => repository()?.checks[0]?.status === 'completed')
    conclusions.push(repository()?.checks[0]?.conclusion ?? null)
  }
  await stage.announce(1)
  expect(conclusions).toEqual(['neutral'])
  expect(stage.checks()).toEqual(['app / canary / canary: v1 completed success'])
})

test('a release that gives way in the middle of its gate: its check run is neutral, its deployment inactive', async () => {
  stage = new AnnouncedStage(github, { settings: 'source: "https://github.example/acme/app", supersede: immediate, ' })
  stage.analysisTakes = 10 * 60_000
  stage.clock.at(stage.clock.now() + 120_000, () => {
    stage.analysisTakes = 60_000
    void stage.promote(2, { admitOnly: true })
  })
  await stage.announce(1)
  await stage.announce(undefined)
  expect(stage.checks()).toEqual([
    'app / canary / canary: v1 completed neutral',
    'app / canary / canary: v2 completed success',
  ])
  expect(shown()[0]).toBe('app/canary: v1 inactive')
})

test('two runs that tell of one pin at once, as a rollback beside a promotion, leave one deployment as the one that runs', async () => {
  const both = [stage.announcer(), stage.announcer()]
  stage.listeners = both
  await stage.listened(1)
  await Promise.all(both.map(announcer => announcer.close()))
  const running = shown().filter(line => !line.endsWith('inactive'))
  expect(running.sort()).toEqual(['app/canary: v1 success', 'app/primary-a: v1 success', 'app/primary-b: v1 success'])
  const before = stage.deployments()
  await stage.announce(undefined)
  expect(stage.deployments()).toEqual(before)
})

test('a release that gave way after its run was killed has its check run closed by the next run', async () => {
  stage = new AnnouncedStage(github, { settings: 'source: "https://github.example/acme/app", supersede: immediate, ' })
  stage.analysisTakes = 10 * 60_000
  const killed = new AbortController()
  const announcer = stage.announcer()
  stage.listeners = [{ ...announcer, analysisEnded() {} }]
  stage.clock.at(stage.clock.now() + 60_000, () => killed.abort(new Error('killed')))
  await expect(stage.listened(1, { signal: killed.signal })).rejects.toThrow('killed')
  await until(() => stage.checks().length > 0)
  expect(stage.checks()).toEqual(['app / canary / canary: v1 in_progress'])
  stage.listeners = []
  await stage.listened(2, { untilWave: 'canary' }) // nobody hears that the release gave way
  await stage.announce(undefined)
  expect(stage.checks()).toEqual([
    'app / canary / canary: v1 completed neutral',
    'app / canary / canary: v2 completed success',
  ])
  expect(repository()?.checks[0]).toMatchObject({ title: 'Stopped' })
})

test('a release that gives way while a run that did not play its analysis looks on has its check run closed', async () => {
  stage = new AnnouncedStage(github, { settings: 'source: "https://github.example/acme/app", supersede: immediate, ' })
  stage.analysisTakes = 10 * 60_000
  const killed = new AbortController()
  stage.listeners = [{ ...stage.announcer(), analysisEnded() {} }]
  stage.clock.at(stage.clock.now() + 60_000, () => killed.abort(new Error('killed')))
  await expect(stage.listened(1, { signal: killed.signal })).rejects.toThrow('killed')
  await until(() => stage.checks().length > 0)
  stage.analysisTakes = 60_000
  await stage.announce(2)
  expect(stage.checks()).toEqual([
    'app / canary / canary: v1 completed neutral',
    'app / canary / canary: v2 completed success',
  ])
})

test("another App's check runs stay as they are: ours is made once, and found again by each run", async () => {
  await stage.announce(1, { untilWave: 'canary' })
  const [theirs] = repository()?.checks ?? []
  if (!theirs) throw new Error('there is no check run')
  theirs.conclusion = 'neutral'
  stage.token = github.token({ repositories: [source], permissions: everything, login: 'another[bot]' })
  for (let run = 0; run < 3; run++) {
    await stage.announce(undefined, { untilWave: 'canary' })
    stage.clock.advance(60_000)
  }
  expect(repository()?.checks.map(({ creator, conclusion }) => [creator, conclusion])).toEqual([
    [theirs.creator, 'neutral'],
    ['another[bot]', 'success'],
  ])
})

test("after a lost answer, another App's check run of before is not taken for the one that was made", async () => {
  stage.verdict = () => judged('Inconclusive')
  await stage.announce(1, { until: stage.clock.now() + 90_000 })
  expect(repository()?.checks).toMatchObject([{ conclusion: 'neutral' }])
  stage.token = github.token({ repositories: [source], permissions: everything, login: 'another[bot]' })
  stage.verdict = () => judged('Successful')
  github.faults.add({ on: 'POST /repos/{owner}/{repo}/check-runs', times: 1, instead: { status: 502 } })
  await stage.announce(undefined)
  expect(repository()?.checks.map(({ creator, conclusion }) => [creator, conclusion])).toEqual([
    [expect.not.stringContaining('another'), 'neutral'],
    ['another[bot]', 'success'],
  ])
})

test('what GitHub refuses of one thing is said once, and the rest goes on', async () => {
  github.faults.add({
    on: 'POST /repos/{owner}/{repo}/deployments',
    times: 2,
    instead: { status: 422, body: { message: 'No ref found for: x\n::error::y' } },
  })
  expect((await stage.announce(1)).outcome.kind).toBe('promoted')
  expect(stage.warnings).toHaveLength(1)
  expect(stage.warnings[0]).toContain('No ref found for: x ::error::y')
  expect(shown()).toEqual(['app/primary-a: v1 success', 'app/primary-b: v1 success'])
})

test('a fleet whose clusters say so has environments that are not for production', async () => {
  stage = new AnnouncedStage(github, {
    clusters: { dev: 'state: active', canary: 'role: canary, state: active' },
    waves: [wave('dev', 'matchLabels: { }'), ...usual.slice(0, 1)],
  })
  await stage.announce(1)
  expect(repository()?.deployments.map(({ environment, production }) => [environment, production])).toContainEqual([
    'app/dev',
    false,
  ])
  expect(repository()?.deployments[0]?.ref).toBe(image(1).source)
})

test('what ran before stays shown as running until the new release does, and a failed one in between hides nothing', async () => {
  await stage.announce(1)
  const canary = () => stage.deployments().filter(line => line.startsWith('app/canary'))
  const meanwhile: string[][] = []
  stage.verdict = () => judged('Failed')
  stage.beforeWrite = async message => {
    if (message.includes('analysis 1 of 3')) await until(() => /progress$/.test(canary()[1] ?? ''))
    else if (message.includes('is rolled back'))
      await until(() => canary().length === 3 && /progress$/.test(canary()[2] ?? ''))
    else return
    meanwhile.push(canary().map(line => line.replace(/^.* /, '')))
  }
  await stage.announce(2)
  expect(meanwhile).toEqual([
    ['success', 'in_progress'],
    ['success', 'failure', 'in_progress'],
  ])
  expect(canary().map(line => line.replace(/^.* /, ''))).toEqual(['inactive', 'failure', 'success'])
})

test.each([
  ['no verdict', 'Inconclusive', '', 'error'],
  ['a bad one, where people roll back', 'Failed', 'rollback: manual, ', 'failure'],
] as const)('a release that is held after %s is shown so', async (_, phase, settings, state) => {
  stage = new AnnouncedStage(github, { settings: `source: "https://github.example/acme/app", ${settings}` })
  stage.verdict = () => judged(phase)
  expect((await stage.announce(1)).outcome.kind).toBe('blocked')
  expect(shown()).toEqual([`app/canary: v1 ${state}`])
})

test('the check runs of others, of whatever name and verdict, are theirs: ours is found beside them', async () => {
  const others = [
    { name: 'app / canary / canary', externalId: 'theirs' },
    { name: 'tests', externalId: '' },
  ]
  await stage.announce(1, { untilWave: 'canary' })
  const [ours] = repository()?.checks ?? []
  if (!ours) throw new Error('there is no check run')
  for (const [index, other] of others.entries()) {
    repository()?.checks.push({ ...ours, ...other, id: 90_000 + index, conclusion: 'failure' })
  }
  ours.conclusion = 'neutral'
  await stage.announce(undefined)
  expect(repository()?.checks.map(({ conclusion }) => conclusion)).toEqual(['success', 'failure', 'failure'])
  expect(shown()).toEqual(['app/canary: v1 success', 'app/primary-a: v1 success', 'app/primary-b: v1 success'])
})

test('nothing is asked of GitHub once the run is over', async () => {
  const signals: AbortSignal[] = []
  stage.options = {
    open(_repository, _permissions, signal) {
      signals.push(signal)
      return stage.api(signal)
    },
  }
  await stage.announce(1)
  expect(signals.length).toBeGreaterThan(0)
  expect(signals.every(({ aborted }) => aborted)).toBe(true)
})
