import { expect, test } from '@jest/globals'
import type { Observer } from '../../../gitops/promotion/index.ts'
import { silentLog } from '../../../host/index.ts'
import { healthy, judged, Stage, usual, usualClusters, wave } from './stage.ts'

/** Two canaries, of which the API of the first takes ten minutes to answer while `hangs`. */
function slow(hangs: () => boolean = () => true) {
  const stage = new Stage({ clusters: { ...usualClusters, 'canary-2': 'role: canary, state: active' } })
  const observer: Observer = {
    name: 'argocd',
    async health({ cluster }, signal) {
      if (cluster.name === 'canary' && hangs()) await stage.clock.sleep(600_000, signal)
      return healthy
    },
  }
  return { stage, observer }
}

test('a cluster whose API hangs does not hold up the verdict of another', async () => {
  const { stage, observer } = slow()
  stage.verdict = () => judged('Failed')
  const began = stage.clock.now()
  stage.beforeWrite = message => {
    if (!message.includes('roll back')) return
    expect(stage.clock.now() - began).toBeLessThan(150_000) // the analysis takes one minute of it
    observer.health = async () => healthy
  }
  expect(await stage.promote(1, {}, { observer })).toMatchObject({
    kind: 'rolled-back',
    reason: expect.stringContaining('canary-2: analysis failed'),
  })
})

test('meanwhile HEAD is read at least every 30 s, and the reason says what does not answer', async () => {
  const { stage, observer } = slow()
  const { repository } = stage.ports()
  const reads: number[] = []
  const head = () => {
    reads.push(stage.clock.now())
    return repository.head()
  }
  const more = { until: stage.clock.now() + 300_000, poll: 30_000 }
  const outcome = await stage.promote(1, more, { observer, repository: { ...repository, head } })
  expect(outcome).toMatchObject({ kind: 'waiting', reason: 'canary: argocd does not answer within 20s' })
  const gaps = reads.slice(1).map((at, index) => at - (reads[index] ?? at))
  expect(Math.max(...gaps)).toBeLessThanOrEqual(30_000)
})

test('what a run waits for is logged once, and again when it is something else', async () => {
  const stage = new Stage()
  const began = stage.clock.now()
  stage.health = cluster => {
    const seconds = (stage.clock.now() - began) / 1000
    if (cluster !== 'canary' || seconds > 120) return healthy
    return { kind: 'progressing', reason: seconds < 60 ? '1 of 3 pods run' : '2 of 3 pods run' }
  }
  const lines: string[] = []
  const log = { ...silentLog, info: (line: string) => void lines.push(line) }
  await stage.promote(1, {}, { log })
  expect(lines.filter(line => /pods run|being analysed/.test(line))).toEqual([
    'canary: 1 of 3 pods run',
    'canary: 2 of 3 pods run',
    'canary: being analysed',
  ])
})

test('time in which nobody could look is no time of ill health', async () => {
  const soaking = wave('canary', 'role: canary', '{ healthy: { timeout: 5m }, soak: 3h, deadline: 9h }')
  const stage = new Stage({ waves: [soaking, ...usual.slice(1)] })
  const began = stage.clock.now()
  stage.health = (cluster, version) => {
    const minutes = (stage.clock.now() - began) / 60_000
    if (cluster !== 'canary' || version !== 'v1' || minutes < 30 || minutes > 40.5) return healthy
    if (minutes > 30.5 && minutes < 40) return { kind: 'unknown', reason: 'the API is out of reach' }
    return { kind: 'progressing', reason: '2 of 3 replicas are available', syncedAt: began }
  }
  expect(await stage.promote(1)).toMatchObject({ kind: 'promoted' })
})

test('one that answers again is judged as ever', async () => {
  let asked = 0
  const { stage, observer } = slow(() => asked++ < 3)
  expect(await stage.promote(1, {}, { observer })).toMatchObject({ kind: 'promoted' })
})

test('a run that is cancelled while it looks ends at once', async () => {
  const { stage, observer } = slow()
  const cancel = new AbortController()
  stage.clock.at(stage.clock.now() + 5000, () => cancel.abort(new Error('the job was cancelled')))
  await expect(stage.promote(1, { signal: cancel.signal }, { observer })).rejects.toThrow('the job was cancelled')
})
