import { afterEach, expect, test } from '@jest/globals'
import { type KubernetesClient, KubernetesError, loadCluster, type WatchEvent } from '../../kubernetes/index.ts'
import {
  type Handler,
  refuse,
  type ScriptedApi,
  send,
  startScriptedApi,
  startWatch,
} from '../support/kubernetes/scripted.ts'

const pods = { group: '', version: 'v1', plural: 'pods' }
const runs = { group: 'argoproj.io', version: 'v1alpha1', plural: 'analysisruns' }

let api: ScriptedApi
afterEach(() => api.close())

async function clientFor(handler: Handler): Promise<KubernetesClient> {
  api = await startScriptedApi(handler)
  return loadCluster({ kubeconfig: api.kubeconfig }, { env: {}, cwd: '/', mask() {} })
}

const object = (name: string, more = {}) => ({ metadata: { name, resourceVersion: '1' }, ...more })

test('each verb asks for its path, with the token, and gives the object', async () => {
  const client = await clientFor(() => object('a', { spec: { x: 1 } }))
  const one = { namespace: 'n', name: 'a' }
  expect(await client.get(pods, one)).toMatchObject({ spec: { x: 1 } })
  await client.create(runs, { namespace: 'n' }, object('a'))
  await client.patch(runs, one, { spec: { terminate: true } })
  await client.delete(runs, { ...one, uid: 'u' })
  expect(api.asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'GET /api/v1/namespaces/n/pods/a',
    'POST /apis/argoproj.io/v1alpha1/namespaces/n/analysisruns',
    'PATCH /apis/argoproj.io/v1alpha1/namespaces/n/analysisruns/a',
    'DELETE /apis/argoproj.io/v1alpha1/namespaces/n/analysisruns/a',
  ])
  expect(api.asked[0]?.headers.authorization).toBe('Bearer test-token-0123456789')
  expect(api.asked[1]?.query.get('fieldValidation')).toBe('Strict')
  expect(api.asked[2]?.headers['content-type']).toBe('application/merge-patch+json')
  expect(api.asked[3]?.body).toMatchObject({ preconditions: { uid: 'u' } })
})

test('a name from outside stays one segment of the path', async () => {
  const client = await clientFor(() => object('a'))
  await client.get(pods, { namespace: '../../../apis', name: 'a/../b?x' })
  expect(api.asked[0]?.path).toBe('/api/v1/namespaces/..%2F..%2F..%2Fapis/pods/a%2F..%2Fb%3Fx')
})

test('a list has every page', async () => {
  const client = await clientFor(({ query }) =>
    query.get('continue') === 'more'
      ? { metadata: { resourceVersion: '7' }, items: [object('b')] }
      : { metadata: { resourceVersion: '7', continue: 'more' }, items: [object('a')] },
  )
  const { items, resourceVersion } = await client.list(pods, { namespace: 'n', labelSelector: 'app=x,y!=z' })
  expect(items.map(({ metadata }) => metadata.name)).toEqual(['a', 'b'])
  expect(resourceVersion).toBe('7')
  expect(api.asked[1]?.query.get('labelSelector')).toBe('app=x,y!=z')
})

test.each<[string, Handler, object]>([
  ['401', (_, r) => refuse(r, 401, 'Unauthorized', 'Unauthorized'), { reason: 'unauthorized', passing: false }],
  [
    '403',
    (_, r) => refuse(r, 403, 'Forbidden', 'pods is forbidden'),
    { reason: 'forbidden', message: 'pods is forbidden' },
  ],
  [
    '404 of an object',
    (_, r) => refuse(r, 404, 'NotFound', 'pods "a" not found', { kind: 'pods' }),
    { reason: 'not-found', kind: 'pods' },
  ],
  ['404 of a kind', (_, r) => send(r, 404, '404 page not found\n', 'text/plain'), { reason: 'no-such-kind' }],
  ['409 of a name', (_, r) => refuse(r, 409, 'AlreadyExists', 'there'), { reason: 'already-exists' }],
  ['409 of a version', (_, r) => refuse(r, 409, 'Conflict', 'changed'), { reason: 'conflict', passing: false }],
  ['410', (_, r) => refuse(r, 410, 'Expired', 'too old'), { reason: 'expired' }],
  [
    '422',
    (_, r) => refuse(r, 422, 'Invalid', 'bad', { causes: [{ field: 'spec.x', message: 'must' }] }),
    { reason: 'invalid', causes: [{ field: 'spec.x', message: 'must' }] },
  ],
  [
    '429',
    (_, r) => refuse(r, 429, 'TooManyRequests', 'later', { retryAfterSeconds: 3 }),
    { reason: 'busy', passing: true, retryAfter: 3000 },
  ],
  [
    '429 of a proxy',
    (_, r) => r.writeHead(429, { 'retry-after': '2' }).end('slow down') && undefined,
    { reason: 'busy', retryAfter: 2000 },
  ],
  [
    '503 of a proxy that names the time',
    (_, r) => {
      const times = { date: 'Tue, 14 Nov 2023 22:13:20 GMT', 'retry-after': 'Tue, 14 Nov 2023 22:13:25 GMT' }
      return r.writeHead(503, times).end() && undefined
    },
    { reason: 'unavailable', retryAfter: 5000 },
  ],
  [
    '503 of a proxy that names no time',
    (_, r) => r.writeHead(503, { 'retry-after': '2.5' }).end() && undefined,
    { reason: 'unavailable', retryAfter: undefined },
  ],
  ['500', (_, r) => refuse(r, 500, 'InternalError', 'etcd'), { reason: 'unavailable', passing: true }],
  ['a gateway', (_, r) => send(r, 502, '<html>bad gateway</html>', 'text/html'), { reason: 'unavailable' }],
  [
    'a login page',
    (_, r) => send(r, 200, '<html>please log in</html>', 'text/html'),
    { reason: 'unexpected', message: expect.stringContaining('please log in') },
  ],
  [
    'a redirect',
    (_, r) => r.writeHead(302, { location: 'https://example.com' }).end() && undefined,
    { reason: 'unexpected', passing: false },
  ],
  ['something else', () => ({ ok: true }), { reason: 'unexpected', message: expect.stringContaining('{"ok":true}') }],
  [
    'a cut body',
    (_, r) => r.writeHead(200, { 'content-length': '99' }).write('{') && r.destroy() && undefined,
    { reason: 'unreachable' },
  ],
  ['no answer', (_, r) => r.destroy() && undefined, { reason: 'unreachable', passing: true }],
])('%s is told as what it is', async (_, handler, expected) => {
  const client = await clientFor(handler)
  await expect(client.get(pods, { namespace: 'n', name: 'a' })).rejects.toMatchObject(expected)
  await expect(client.get(pods, { namespace: 'n', name: 'a' })).rejects.toBeInstanceOf(KubernetesError)
})

test('a server that does not answer is given up in time', async () => {
  const client = await clientFor(() => undefined)
  await expect(client.get(pods, { namespace: 'n', name: 'a' }, { timeout: 50 })).rejects.toMatchObject({
    reason: 'unreachable',
    message: 'no answer within 0.05 s',
  })
})

test('who aborts gets their own reason', async () => {
  const client = await clientFor(() => undefined)
  const abort = new AbortController()
  const asked = client.get(pods, { namespace: 'n', name: 'a' }, { signal: abort.signal })
  abort.abort(new Error('enough'))
  await expect(asked).rejects.toThrow('enough')
})

test('credentials that were not accepted are read anew once', async () => {
  let refused = 0
  const client = await clientFor((_, response) =>
    refused++ === 0 ? refuse(response, 401, 'Unauthorized', 'Unauthorized') : object('a'),
  )
  expect(await client.get(pods, { namespace: 'n', name: 'a' })).toMatchObject(object('a'))
  expect(api.asked).toHaveLength(2)
})

async function eventsOf(watch: AsyncIterable<WatchEvent>): Promise<unknown[]> {
  const events: unknown[] = []
  try {
    for await (const event of watch)
      events.push(event.type === 'BOOKMARK' ? event : [event.type, event.object.metadata.name])
  } catch (error) {
    events.push(error instanceof KubernetesError ? error.reason : error)
  }
  return events
}

const from = { namespace: 'n', resourceVersion: '1', timeoutSeconds: 30 }

test('a watch gives events as they come, split wherever the network splits them, and ends when the server ends it', async () => {
  const client = await clientFor((_, response) => {
    startWatch(response)('ADDED', object('ä'))
    const line = Buffer.from(`${JSON.stringify({ type: 'MODIFIED', object: object('öäü') })}\n`)
    for (const byte of line) response.write(Buffer.from([byte]))
    response.write('\n')
    response.end(`${JSON.stringify({ type: 'BOOKMARK', object: { metadata: { resourceVersion: '9' } } })}\n`)
  })
  expect(await eventsOf(client.watch(pods, from))).toEqual([
    ['ADDED', 'ä'],
    ['MODIFIED', 'öäü'],
    { type: 'BOOKMARK', resourceVersion: '9' },
  ])
  expect(Object.fromEntries(api.asked[0]?.query ?? [])).toEqual({
    resourceVersion: '1',
    watch: '1',
    allowWatchBookmarks: 'true',
    timeoutSeconds: '30',
  })
})

test.each<[string, Handler, string]>([
  ['410 at once', (_, r) => refuse(r, 410, 'Expired', 'too old'), 'expired'],
  ['410 as an event', (_, r) => startWatch(r)('ERROR', { kind: 'Status', code: 410, reason: 'Expired' }), 'expired'],
  ['a cut event', (_, r) => startWatch(r) && r.end('{"type":"ADD') && undefined, 'unreachable'],
  ['a dropped connection', (_, r) => startWatch(r) && r.destroy() && undefined, 'unreachable'],
  ['HTML', (_, r) => send(r, 200, '<html>\n</html>\n', 'text/html'), 'unexpected'],
])('a watch that ends in %s says %s', async (_, handler, reason) => {
  const client = await clientFor(handler)
  expect(await eventsOf(client.watch(pods, from))).toEqual([reason])
})

test('a watch that falls silent is given up', async () => {
  const client = await clientFor((_, response) => void startWatch(response))
  expect(await eventsOf(client.watch(pods, from, { timeout: 50 }))).toEqual(['unreachable'])
})
