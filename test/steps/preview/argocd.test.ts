import { createServer } from 'node:http'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { listen } from '../../support/prometheus/listen.ts'
import { built, startWorld, type World } from './world.ts'

let world: World
let close: () => Promise<void>
let inputs: Record<string, string>
/** What Argo CD answers to each look in turn; the last one for all that follow. */
let answers: (object | number)[]
let asked: string[]
beforeEach(async () => {
  world = await startWorld()
  answers = []
  asked = []
  const server = await listen(
    createServer((request, response) => {
      asked.push(`${request.headers.authorization} ${decodeURIComponent(request.url ?? '')}`)
      const answer = answers.length > 1 ? answers.shift() : answers[0]
      if (typeof answer === 'number') response.writeHead(answer).end('{"message":"out of order"}')
      else response.end(JSON.stringify({ items: answer === undefined ? null : [answer] }))
    }),
  )
  close = server.close
  inputs = { observer: 'argocd', 'argocd-url': server.url, 'argocd-token': 'secret-token', wait: '5m' }
})
afterEach(async () => {
  await close()
  await world.close()
})

/** An Application as Argo CD shows it once it has come to an image. */
function application(tag: string, { sync = 'Synced', health = 'Healthy', message = '', runs = [tag] } = {}) {
  const image = (of: string) => `ghcr.io/acme/coolkit:${of}`
  return {
    metadata: { name: 'preview-coolkit-pr-1' },
    status: {
      sync: { status: sync, comparedTo: { source: { kustomize: { images: [image(tag)] } } } },
      health: { status: health, message },
      summary: { images: ['docker.io/library/redis:7', ...runs.map(image)] },
      operationState: { phase: 'Succeeded' },
    },
  }
}

async function handOver() {
  const pull = await world.open()
  const tag = `sha-${pull.head.sha.slice(0, 12)}`
  await world.step({ mode: 'begin', number: '1' })
  return { pull, tag, step: () => world.step({ ...built(pull), ...inputs }) }
}

test('it waits until Argo CD has come to this very image, and it is Synced and Healthy', async () => {
  const { pull, tag, step } = await handOver()
  answers = [
    503,
    application('sha-000000000000'),
    application(tag, { sync: 'OutOfSync', health: 'Missing' }),
    application(tag, { runs: [tag, 'sha-000000000000'] }),
    application(tag),
  ]
  expect(await step()).toMatchObject({ result: 'ready', argocd: { kind: 'healthy' } })
  expect(asked).toHaveLength(5)
  expect(asked[0]).toBe(
    'Bearer secret-token /api/v1/applications?selector=stovepipe.dev/preview=coolkit,stovepipe.dev/pull-request=1',
  )
  expect(world.states(pull)).toEqual(['success'])
  expect(world.comments(pull)).toEqual([
    expect.stringMatching(/is up\n[\s\S]*\| Argo CD \| Synced and Healthy, with this image \|/),
  ])
  expect(world.comments(pull)[0]).toContain('| Took | not measured, healthy 40s later |')
})

test('what does not become healthy in time is told as it is; what is said is code', async () => {
  const { pull, tag, step } = await handOver()
  const message = 'Back-off pulling image ![x](https://evil.example) @acme/all `\n| forged |'
  answers = [application(tag, { health: 'Degraded', message })]
  expect(await step()).toMatchObject({ result: 'ready', argocd: { kind: 'degraded' } })
  expect(world.states(pull)).toEqual(['failure'])
  expect(world.comments(pull)[0]).toContain(
    "| Argo CD | degraded: `Synced, Degraded: Back-off pulling image ![x](https://evil.example) @acme/all ' ¦ forged ¦` |",
  )
})

test('an Argo CD that does not answer leaves the preview as it was handed over', async () => {
  const { pull, step } = await handOver()
  answers = [500]
  expect(await step()).toMatchObject({ result: 'ready', argocd: { kind: 'unknown' } })
  expect(pull.labels).toContain('preview-ready')
  expect(world.states(pull)).toEqual(['in_progress'])
  expect(world.comments(pull)[0]).toMatch(/\| Argo CD \| could not be asked: `http:.* answers 500: out of order` \|/)
})

test('a pull request that is closed while it waits ends the wait, and takes it all away', async () => {
  const { pull, tag } = await handOver()
  answers = [application(tag, { health: 'Progressing' })]
  world.clock.at(world.clock.now() + 60_000, () => {
    pull.state = 'closed'
  })
  expect(await world.step({ ...built(pull), ...inputs })).toMatchObject({ result: 'closed' })
  expect(pull.labels).toEqual(['preview'])
  expect(world.states(pull)).toEqual(['inactive'])
})

test('a commit that is pushed while it waits ends the wait: the label is the next run’s', async () => {
  const { pull, tag, step } = await handOver()
  answers = [application(tag, { health: 'Progressing' })]
  world.clock.at(world.clock.now() + 60_000, () => {
    pull.head.sha = 'f'.repeat(40)
  })
  expect(await step()).toMatchObject({ result: 'outdated' })
})

test('a token that may not look is the user’s mistake', async () => {
  const { step } = await handOver()
  answers = [403]
  await expect(step()).rejects.toThrow(/input "argocd-token": .* does not let us look/)
})
