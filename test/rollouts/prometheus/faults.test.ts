import { createServer, type RequestListener } from 'node:http'
import { gzipSync } from 'node:zlib'
import { expect, test } from '@jest/globals'
import { ConfigurationError } from '../../../configuration/index.ts'
import { createPrometheus, PrometheusError, type PrometheusOptions } from '../../../rollouts/prometheus/index.ts'
import { listen } from '../../support/prometheus/listen.ts'

const success = JSON.stringify({ status: 'success', data: { resultType: 'scalar', result: [1, '5'] } })

/** Asks a server that misbehaves; gives what the query said. */
async function ask(handler: RequestListener, options: Partial<PrometheusOptions> = {}) {
  const server = await listen(createServer(handler))
  try {
    const prometheus = createPrometheus({ url: server.url, fetch, timeout: 5000, ...options })
    return await prometheus.query('up', 1000).catch((error: unknown) => error)
  } finally {
    await server.close()
  }
}

function answer(body: string | Buffer, status = 200, headers: Record<string, string> = {}): RequestListener {
  return (_request, response) => response.writeHead(status, headers).end(body)
}

test.each<[string, RequestListener, Partial<PrometheusOptions>, RegExp]>([
  [
    'an HTML error page',
    answer('<html>\n<h1>Sign in</h1>', 200),
    {},
    /^bad_response: the answer is not JSON: it begins with "<html> <h1>/,
  ],
  ['an empty answer', answer(''), {}, /^bad_response: the answer is not JSON: it is empty$/],
  ['a JSON list', answer('[1]'), {}, /^bad_response: the answer is not a JSON object/],
  [
    'a scalar without value',
    answer('{"status":"success","data":{"resultType":"scalar","result":[1]}}'),
    {},
    /sample is not/,
  ],
  [
    'a value that is no number',
    answer('{"status":"success","data":{"resultType":"scalar","result":[1,"x"]}}'),
    {},
    /no number: "x"$/,
  ],
  [
    'a result that is no list',
    answer('{"status":"success","data":{"resultType":"vector","result":{}}}'),
    {},
    /not a list/,
  ],
  ['no data', answer('{"status":"success"}'), {}, /the result is missing/],
  [
    'an error with a success code',
    answer('{"status":"error","errorType":"execution","error":"boom"}'),
    {},
    /^execution: boom$/,
  ],
  ['success with an error code', answer(success, 422), {}, /^bad_response: inconsistent body for response code$/],
  ['HTTP 401', answer('Unauthorized', 401), {}, /^client_error: client error: 401$/],
  ['HTTP 503', answer('{"status":"error"}', 503), {}, /^server_error: server error: 503$/],
  [
    'a redirect loop',
    (request, response) => response.writeHead(307, { location: request.url ?? '/' }).end(),
    {},
    /redirects in a loop$/,
  ],
  [
    'a redirect to another host',
    answer('', 307, { location: 'http://elsewhere.example/x' }),
    {},
    /redirects to http:\/\/elsewhere.example \(307\)$/,
  ],
  [
    'a redirect that would lose the query',
    answer('', 302, { location: '/login' }),
    {},
    /redirects to http:\/\/127.0.0.1:\d+ \(302\)$/,
  ],
  [
    'a body that is cut off',
    (_request, response) => {
      response.writeHead(200, { 'content-length': '1000' }).write('{"status":')
      setTimeout(() => response.destroy(), 20)
    },
    {},
    /^Prometheus at http:\/\/127.0.0.1:\d+ does not answer: /,
  ],
  [
    'a gzip bomb',
    answer(gzipSync(Buffer.alloc(20_000_000, 32)), 200, { 'content-encoding': 'gzip' }),
    { maxBytes: 1_048_576 },
    /more than 1 MiB$/,
  ],
  ['gzip that is none', answer('nonsense', 200, { 'content-encoding': 'gzip' }), {}, /does not answer: /],
  [
    'a slow drip',
    (_request, response) => {
      response.writeHead(200)
      const timer = setInterval(() => response.write(' '), 50)
      response.on('close', () => clearInterval(timer))
    },
    { timeout: 300 },
    /did not answer within 0.3 s$/,
  ],
  ['silence', () => {}, { timeout: 200 }, /did not answer within 0.2 s$/],
])('%s is a clear error in bounded time', async (_name, handler, options, message) => {
  const started = Date.now()
  const error = await ask(handler, options)
  expect(error).toBeInstanceOf(PrometheusError)
  expect(error).toHaveProperty('message', expect.stringMatching(message))
  expect(Date.now() - started).toBeLessThan(3000)
})

test('nothing listening is told with the address and a cure', async () => {
  const server = await listen(createServer())
  await server.close()
  const error = await createPrometheus({ url: server.url, fetch })
    .query('up', 0)
    .catch((caught: unknown) => caught)
  expect(error).toHaveProperty('fault', 'unreachable')
  expect(error).toHaveProperty(
    'message',
    `Prometheus at ${server.url} does not answer: connect ECONNREFUSED ${server.url.slice(7)}`,
  )
  expect(error).toHaveProperty('cure', 'Check the address, and that it can be reached from here')
})

test('a query goes by POST, and by GET where POST is not allowed', async () => {
  for (const status of [405, 501]) {
    const seen: string[] = []
    const result = await ask(async (request, response) => {
      let body = ''
      for await (const chunk of request) body += chunk
      seen.push(`${request.method} ${request.url} ${body}`)
      response.writeHead(request.method === 'POST' ? status : 200).end(request.method === 'POST' ? '' : success)
    })
    expect(result).toMatchObject({ kind: 'scalar', value: 5 })
    expect(seen).toEqual(['POST /api/v1/query query=up&time=1', 'GET /api/v1/query?query=up&time=1 '])
  }
})

test('a path prefix and a redirect on the same host are kept', async () => {
  const seen: string[] = []
  const server = await listen(
    createServer(async (request, response) => {
      let body = ''
      for await (const chunk of request) body += chunk
      seen.push(`${request.url} ${request.headers['x-scope']} ${body}`)
      if (request.url?.startsWith('/old')) response.writeHead(308, { location: '/new/api/v1/query' }).end()
      else response.end(success)
    }),
  )
  const prometheus = createPrometheus({ url: `${server.url}/old/`, headers: { 'X-Scope': 'team' }, fetch })
  await prometheus.query('up', 1500)
  await server.close()
  expect(prometheus.url).toBe(`${server.url}/old`)
  expect(seen).toEqual(['/old/api/v1/query team query=up&time=1.5', '/new/api/v1/query team query=up&time=1.5'])
})

test('native histograms count as 0 in a vector, and warnings are kept', async () => {
  const body = {
    status: 'success',
    warnings: ['w1', 'w2'],
    data: { resultType: 'vector', result: [null, { metric: { a: 'b' }, histogram: [3, { count: '1' }] }] },
  }
  expect(await ask(answer(JSON.stringify(body)))).toEqual({
    warnings: ['w1', 'w2'],
    kind: 'vector',
    samples: [{ metric: { a: 'b' }, value: 0, timestamp: 3000 }],
  })
})

const secret = 'hunter2-secret'

test.each<[string, Partial<PrometheusOptions>, string]>([
  ['a header', { headers: { 'X-Token': secret } }, secret],
  ['a bearer token', { authentication: { kind: 'bearer', token: secret } }, `Bearer ${secret}`],
  [
    'basic authentication',
    { authentication: { kind: 'basic', username: 'me', password: secret } },
    `Basic ${Buffer.from(`me:${secret}`).toString('base64')}`,
  ],
])('%s is sent, and hidden when a server echoes it', async (_name, options, sent) => {
  const error = await ask((request, response) => {
    response.end(`you sent ${request.headers['x-token'] ?? request.headers.authorization}`)
  }, options)
  expect(error).toBeInstanceOf(PrometheusError)
  const text = JSON.stringify([String(error), error])
  expect(text).not.toContain(sent)
  expect(text).not.toContain(secret)
  expect(text).toContain('you sent')
})

test('a name and password in the address become basic authentication and are never shown', async () => {
  let authorization: string | undefined
  const server = await listen(
    createServer((request, response) => {
      authorization = request.headers.authorization
      response.writeHead(500).end()
    }),
  )
  const prometheus = createPrometheus({ url: server.url.replace('//', '//me:p%40ss@'), fetch })
  await expect(prometheus.query('up', 0)).rejects.toThrow('server_error: server error: 500')
  await server.close()
  expect(prometheus.url).toBe(server.url)
  expect(authorization).toBe(`Basic ${Buffer.from('me:p@ss').toString('base64')}`)
})

test('a percent sign in a password is one where it begins no encoding', async () => {
  const seen: (string | undefined)[] = []
  const server = await listen(
    createServer((request, response) => {
      seen.push(request.headers.authorization)
      response.end(success)
    }),
  )
  await createPrometheus({ url: server.url.replace('//', '//me:100%sure@'), fetch }).query('up', 0)
  await server.close()
  expect(seen).toEqual([`Basic ${Buffer.from('me:100%sure').toString('base64')}`])
})

test.each([60, '60'])(
  'OAuth2 client credentials are exchanged once, and again when the token is over: %j',
  async seconds => {
    const grants: string[] = []
    const used: (string | undefined)[] = []
    let now = 0
    const server = await listen(
      createServer(async (request, response) => {
        let body = ''
        for await (const chunk of request) body += chunk
        if (request.url !== '/token') {
          used.push(request.headers.authorization)
          response.end(success)
          return
        }
        grants.push(`${request.headers.authorization} ${body}`)
        response.end(JSON.stringify({ access_token: `t${grants.length}`, expires_in: seconds }))
      }),
    )
    const prometheus = createPrometheus({
      url: server.url,
      fetch,
      now: () => now,
      authentication: {
        kind: 'oauth2',
        tokenUrl: `${server.url}/token`,
        clientId: 'id',
        clientSecret: secret,
        scopes: ['a', 'b'],
      },
    })
    await prometheus.query('up', 0)
    await prometheus.query('up', 0)
    now = 61_000
    await prometheus.query('up', 0)
    await server.close()
    expect(used).toEqual(['Bearer t1', 'Bearer t1', 'Bearer t2'])
    expect(grants[0]).toBe(
      `Basic ${Buffer.from(`id:${secret}`).toString('base64')} grant_type=client_credentials&scope=a+b`,
    )
  },
)

test.each(['prometheus:9090', 'ftp://x', '', 'javascript:alert(1)'])('the address %j is refused', url => {
  expect(() => createPrometheus({ url, fetch })).toThrow(ConfigurationError)
})

test('a header that cannot be sent is refused without showing its value', () => {
  const bad = () => createPrometheus({ url: 'http://x', headers: { 'X-Token': `${secret}\r\nX: y` }, fetch })
  expect(bad).toThrow(ConfigurationError)
  expect(bad).not.toThrow(secret)
})

test('an aborted query rejects with the reason', async () => {
  const stop = new AbortController()
  const server = await listen(createServer(() => stop.abort(new Error('stop'))))
  const query = createPrometheus({ url: server.url, fetch }).query('up', 0, { signal: stop.signal })
  await expect(query).rejects.toThrow('stop')
  await server.close()
})
