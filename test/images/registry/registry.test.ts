import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { createServer } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { silentLog } from '../../../host/index.ts'
import { type Credential, type Credentials, openRegistry, type RegistryFault } from '../../../images/index.ts'
import {
  type RegistryFault as Fault,
  type FaultyRegistry,
  pushImage,
  pushIndex,
  type RunningRegistry,
  startFaultyRegistry,
  startRegistry,
} from '../../support/registry/index.ts'

let registry: RunningRegistry
let proxy: FaultyRegistry
let digest: string
const labels = { 'org.opencontainers.image.revision': 'a'.repeat(40), ünïcode: 'ja' }

beforeAll(async () => {
  registry = await startRegistry()
  proxy = await startFaultyRegistry(registry.host)
  digest = await pushImage(registry.host, 'acme/coolkit', 'one', labels)
})
afterAll(async () => {
  await proxy.stop()
  await registry.stop()
})
beforeEach(() => {
  proxy.fault = { kind: 'none' }
  proxy.requests.length = 0
})

const client = (credentials: Credentials = new Map()) => openRegistry({ fetch, credentials, log: silentLog })
const image = (host = proxy.host) => ({ repository: `${host}/acme/coolkit`, tag: 'one' })
const password = (username: string, secret: string): Credentials =>
  new Map([[proxy.host, { kind: 'password', username, password: secret }]])

test('a tag is resolved to the digest of what the registry sends', async () => {
  const mediaType = 'application/vnd.oci.image.manifest.v1+json'
  expect(await client().resolve(image())).toEqual({ digest, mediaType })
  expect(await client().resolve({ repository: image().repository, digest })).toEqual({ digest, mediaType })
})

test('an index is resolved to its own digest, and has the labels of its image for linux/amd64', async () => {
  const arm = await pushImage(registry.host, 'acme/coolkit', 'arm', { arch: 'arm64' })
  const amd = await pushImage(registry.host, 'acme/coolkit', 'amd', { arch: 'amd64' })
  const attestation = await pushImage(registry.host, 'acme/coolkit', 'att', { arch: 'none' })
  const index = await pushIndex(registry.host, 'acme/coolkit', 'both', [
    { digest: attestation, os: 'unknown', architecture: 'unknown' },
    { digest: arm, os: 'linux', architecture: 'arm64' },
    { digest: amd, os: 'linux', architecture: 'amd64' },
  ])
  const both = { repository: image().repository, tag: 'both' }
  expect(await client().resolve(both)).toEqual({
    digest: index,
    mediaType: 'application/vnd.oci.image.index.v1+json',
  })
  expect(await client().labels(both)).toEqual({ arch: 'amd64' })
  await pushIndex(registry.host, 'acme/coolkit', 'arm-only', [
    { digest: attestation, os: 'unknown', architecture: 'unknown' },
    { digest: arm, os: 'linux', architecture: 'arm64' },
  ])
  expect(await client().labels({ ...both, tag: 'arm-only' })).toEqual({ arch: 'arm64' })
})

test('labels are read from the config, and none are none', async () => {
  expect(await client().labels(image())).toEqual(labels)
  await pushImage(registry.host, 'acme/coolkit', 'bare', null)
  expect(await client().labels({ ...image(), tag: 'bare' })).toEqual({})
})

test('an image exists or does not', async () => {
  expect(await client().exists(image())).toBe(true)
  expect(await client().exists({ ...image(), tag: 'two' })).toBe(false)
  expect(await client().exists({ ...image(), digest: `sha256:${'0'.repeat(64)}` })).toBe(false)
  expect(proxy.requests.every(request => request.startsWith('HEAD '))).toBe(true)
})

test('a token is bought once for a repository, and again when it has expired', async () => {
  proxy.fault = { kind: 'token', username: 'robot', password: 'p:w', lifetime: 2 }
  const opened = client(password('robot', 'p:w'))
  for (let times = 0; times < 3; times++) expect((await opened.resolve(image())).digest).toBe(digest)
  const tokens = proxy.requests.filter(request => request.includes('/token?'))
  expect(tokens).toHaveLength(2)
  const asked = new URL(tokens[0]?.slice('GET '.length) ?? '', 'http://registry').searchParams
  expect(Object.fromEntries(asked)).toEqual({ service: 'the "registry"', scope: 'repository:x:pull' })
})

test('a registry that asks for a password gets it', async () => {
  proxy.fault = { kind: 'basic', username: 'robot', password: 'ü' }
  expect((await client(password('robot', 'ü')).resolve(image())).digest).toBe(digest)
})

const said = JSON.stringify({ errors: [{ code: 'DENIED', message: 'no\n::error::such thing' }] })
const refusals: [Fault, Credentials | undefined, RegistryFault, RegExp][] = [
  [{ kind: 'basic', username: 'a', password: 'b' }, undefined, 'unauthorized', /asks for credentials.*docker login/],
  [{ kind: 'answer', status: 401 }, undefined, 'unauthorized', /asks for credentials and there are none/],
  [{ kind: 'answer', status: 403, body: said }, undefined, 'forbidden', /HTTP 403, "DENIED: no\\n::error::such thing"/],
  [{ kind: 'answer', status: 404 }, undefined, 'not-found', /has no such image.*Check the repository/],
  [
    { kind: 'answer', status: 429, headers: { 'retry-after': '30' } },
    undefined,
    'limited',
    /HTTP 429, retry after 30 s/,
  ],
  [{ kind: 'answer', status: 503, body: '<html>' }, undefined, 'unavailable', /it is failing \(HTTP 503\)/],
  [{ kind: 'answer', status: 418 }, undefined, 'invalid', /not understood \(HTTP 418\)/],
  [{ kind: 'answer', status: 200, body: 'hello' }, undefined, 'invalid', /not a container image/],
  [{ kind: 'answer', status: 200, body: 'x'.repeat(5_000_000) }, undefined, 'invalid', /more than 4194304 bytes/],
  [{ kind: 'tamper' }, undefined, 'invalid', /sends other bytes.*Do not trust/],
  [{ kind: 'drop' }, undefined, 'unreachable', /no answer \(UND_ERR_SOCKET\)/],
]

test.each(refusals.map(row => [row[0].kind, row[2], row] as const))(
  '%s is reported as %s, with its cause and its cure',
  async (_name, _fault, [fault, credentials, kind, message]) => {
    proxy.fault = fault
    await expect(client(credentials).labels(image())).rejects.toMatchObject({
      name: 'RegistryError',
      fault: kind,
      message: expect.stringMatching(message),
    })
  },
)

test.each([
  { kind: 'basic', username: 'robot', password: 'right' },
  { kind: 'token', username: 'robot', password: 'right' },
] satisfies Fault[])('wrong credentials ($kind) are said to be wrong, and are in no message', async fault => {
  proxy.fault = fault
  const failure = await client(password('robot', 'secret-word'))
    .resolve(image())
    .catch((error: unknown) => error)
  expect(failure).toMatchObject({ fault: 'unauthorized', message: expect.stringContaining('refuses the credentials') })
  expect(JSON.stringify(failure) + String(failure)).not.toContain('secret-word')
  expect(String(failure)).not.toContain('\n')
})

test('the bytes of a digest are checked even where the registry claims nothing', async () => {
  proxy.fault = { kind: 'answer', status: 200, body: '{}' }
  await expect(client().resolve({ ...image(), digest })).rejects.toThrow(/sends other bytes/)
})

test.each<[string, (controller: ReadableStreamDefaultController) => void, object]>([
  ['breaks off', controller => controller.error(new TypeError('terminated')), { fault: 'unreachable' }],
  ['does not end', controller => controller.enqueue(new Uint8Array(100_000)), { fault: 'invalid' }],
])('a token service whose answer %s is a fault of the registry', async (_, pull, expected) => {
  const header = 'Bearer realm="http://127.0.0.1:1/token",service="s"'
  proxy.fault = { kind: 'answer', status: 401, headers: { 'www-authenticate': header } }
  const broken: typeof fetch = async (input, init) =>
    String(input).includes('/token') ? new Response(new ReadableStream({ pull })) : fetch(input, init)
  const opened = openRegistry({ fetch: broken, log: silentLog })
  await expect(opened.resolve(image())).rejects.toMatchObject({ name: 'RegistryError', ...expected })
})

test('credentials do not go to a token service without TLS that is elsewhere', async () => {
  const seen: string[] = []
  const header = 'Bearer realm="http://tokens.example.org/token",service="s"'
  proxy.fault = { kind: 'answer', status: 401, headers: { 'www-authenticate': header } }
  const watching: typeof fetch = (input, init) => {
    seen.push(String(input))
    return fetch(input, init)
  }
  const opened = openRegistry({ fetch: watching, credentials: password('robot', 'x'), log: silentLog })
  await expect(opened.resolve(image())).rejects.toMatchObject({ fault: 'untrusted' })
  expect(seen.filter(url => url.includes('example.org'))).toEqual([])
})

test('the credentials of a registry do not go to the server that it redirects to, nor to that one’s token service', async () => {
  const seen: (string | null)[] = []
  const elsewhere = createHttpServer((request, response) => {
    seen.push(`${request.url} ${request.headers.authorization}`)
    const realm = `http://${request.headers.host}/token`
    response.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}",service="s"` }).end()
  }).listen(0, '127.0.0.1')
  await once(elsewhere, 'listening')
  const address = elsewhere.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const headers = { location: `http://127.0.0.1:${port}/v2/acme/coolkit/manifests/one` }
  proxy.fault = { kind: 'answer', status: 307, headers }
  const failure = await client(password('robot', 'x'))
    .resolve(image())
    .catch((error: unknown) => error)
  elsewhere.close()
  expect(failure).toMatchObject({ fault: 'unauthorized' })
  expect(seen).toEqual(['/v2/acme/coolkit/manifests/one undefined'])
})

test.each([
  ['a password', { kind: 'password', username: 'robot', password: 'secret' }],
  ['a token that buys others', { kind: 'identity', token: 'secret' }],
] satisfies [string, Credential][])('a token service that sends on is not followed, with %s', async (_, credential) => {
  const seen: string[] = []
  const service = createHttpServer((request, response) => {
    seen.push(`${request.method} ${request.url?.split('?')[0]}`)
    response.writeHead(307, { location: '/elsewhere' }).end()
  }).listen(0, '127.0.0.1')
  await once(service, 'listening')
  const address = service.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const header = `Bearer realm="http://127.0.0.1:${port}/token",service="s"`
  proxy.fault = { kind: 'answer', status: 401, headers: { 'www-authenticate': header } }
  const failure = await client(new Map([[proxy.host, credential]]))
    .resolve(image())
    .catch((error: unknown) => error)
  service.close()
  expect(failure).toMatchObject({ fault: 'untrusted', message: expect.stringMatching(/sends on to another address/) })
  expect(seen).toEqual([`${credential.kind === 'identity' ? 'POST' : 'GET'} /token`])
})

test.each([
  ['ghcr.io/acme/x', 'https://ghcr.io/v2/acme/x/manifests/one'],
  ['acme/x', 'https://registry-1.docker.io/v2/acme/x/manifests/one'],
  ['x', 'https://registry-1.docker.io/v2/library/x/manifests/one'],
  ['docker.io/x', 'https://registry-1.docker.io/v2/library/x/manifests/one'],
  ['index.docker.io/acme/x', 'https://registry-1.docker.io/v2/acme/x/manifests/one'],
  ['localhost:5000/x', 'http://localhost:5000/v2/x/manifests/one'],
  ['127.42.0.1/x', 'http://127.42.0.1/v2/x/manifests/one'],
  ['127.0.0.1.example.org/x', 'https://127.0.0.1.example.org/v2/x/manifests/one'],
  ['10.0.0.1:5000/x', 'https://10.0.0.1:5000/v2/x/manifests/one'],
])('%s is asked at %s', async (repository, url) => {
  const seen: string[] = []
  const answering: typeof fetch = async input => {
    seen.push(String(input))
    return new Response('{}')
  }
  await openRegistry({ fetch: answering, log: silentLog }).resolve({ repository, tag: 'one' })
  expect(seen).toEqual([url])
})

test('a registry that does not listen is unreachable', async () => {
  const gone = await startFaultyRegistry(registry.host)
  await gone.stop()
  await expect(client().resolve(image(gone.host))).rejects.toMatchObject({
    fault: 'unreachable',
    message: expect.stringMatching(/no answer \(ECONNREFUSED\).*Check the host name/),
  })
})

test('a registry on the network that does not speak TLS is not asked without', async () => {
  const plain = createServer(socket => socket.end('HTTP/1.1 200 OK\r\n\r\n')).listen(0, '127.0.0.1')
  await once(plain, 'listening')
  const address = plain.address()
  const port = typeof address === 'object' && address ? address.port : 0
  // Its name is not of loopback, its connection is: as if DNS had said so.
  const routed: typeof fetch = input => fetch(String(input).replace('registry.example.org', '127.0.0.1'))
  const opened = openRegistry({ fetch: routed, log: silentLog })
  const failure = await opened.resolve(image(`registry.example.org:${port}`)).catch((error: unknown) => error)
  plain.close()
  expect(failure).toMatchObject({
    fault: 'untrusted',
    message: expect.stringMatching(/does not speak TLS.*Give the registry a certificate/),
  })
})

test('a registry that does not answer in time is unreachable', async () => {
  const late = new DOMException('The operation was aborted due to timeout', 'TimeoutError')
  const opened = openRegistry({ fetch: () => Promise.reject(late), log: silentLog })
  await expect(opened.resolve(image())).rejects.toMatchObject({
    fault: 'unreachable',
    message: expect.stringContaining('no answer (timeout)'),
  })
})

test('an abort ends a request with its own reason', async () => {
  const cancelled = new Error('cancelled by SIGTERM')
  const opened = openRegistry({ fetch, log: silentLog, signal: AbortSignal.abort(cancelled) })
  await expect(opened.resolve(image())).rejects.toBe(cancelled)
})

test('a tag is given to an image and to an index, byte for byte', async () => {
  const repository = `${proxy.host}/acme/coolkit`
  expect((await client().tag({ repository, digest }, 'again')).digest).toBe(digest)
  expect((await client().resolve({ repository, tag: 'again' })).digest).toBe(digest)
  const index = await pushIndex(registry.host, 'acme/coolkit', 'pair', [{ digest, os: 'linux', architecture: 'amd64' }])
  await client().tag({ repository, tag: 'pair' }, 'pair-again')
  expect(await client().resolve({ repository, tag: 'pair-again' })).toEqual({
    digest: index,
    mediaType: 'application/vnd.oci.image.index.v1+json',
  })
})

test('a token to write is asked for where something is written, whatever scope the registry names', async () => {
  proxy.fault = { kind: 'token', username: 'robot', password: 'p' }
  const opened = client(password('robot', 'p'))
  const { repository } = image()
  await opened.tag({ repository, digest }, 'written')
  const scopes = proxy.requests
    .filter(request => request.includes('/token?'))
    .map(request => new URL(request.slice('GET '.length), 'http://registry').searchParams.get('scope'))
  expect(scopes).toEqual(['repository:x:pull', 'repository:x:pull repository:acme/coolkit:pull,push'])
})

const because = (code: string, message: string) => JSON.stringify({ errors: [{ code, message }] })
test.each<[string, Fault & { kind: 'answer' }, RegistryFault, RegExp]>([
  ['401', { kind: 'answer', status: 401 }, 'unauthorized', /does not take acme\/coolkit:two.*docker login/],
  ['403', { kind: 'answer', status: 403, body: said }, 'forbidden', /does not take.*Log in/],
  ['429', { kind: 'answer', status: 429, headers: { 'retry-after': '90' } }, 'limited', /retry after 90 s\)\. Wait/],
  ['503', { kind: 'answer', status: 503 }, 'unavailable', /it is failing \(HTTP 503\)\. Run this again later/],
  [
    'a digest that differs',
    { kind: 'answer', status: 400, body: because('DIGEST_INVALID', 'provided digest did not match') },
    'invalid',
    /what arrived there is not what was sent.*Run this again/,
  ],
  [
    'a part that is gone',
    { kind: 'answer', status: 404, body: because('MANIFEST_BLOB_UNKNOWN', 'blob unknown to registry') },
    'invalid',
    /a part of the image is not there.*build it again/,
  ],
  [
    'a tag that is immutable (ECR)',
    {
      kind: 'answer',
      status: 400,
      body: because(
        'TAG_INVALID',
        "The image tag 'two' already exists in the 'x' repository and cannot be overwritten because the tag is immutable.",
      ),
    },
    'immutable',
    /the tag names another image, and may not be moved.*Give the image another `tag`/,
  ],
  [
    'a tag that is immutable (Harbor)',
    { kind: 'answer', status: 412, body: because('PRECONDITION', "'coolkit:two' configured as immutable") },
    'immutable',
    /may not be moved \(HTTP 412/,
  ],
])('a tag that is refused for %s says so, with its cure', async (_, fault, kind, message) => {
  proxy.fault = { ...fault, method: 'PUT' }
  await expect(client().tag({ ...image(), digest }, 'two')).rejects.toMatchObject({
    fault: kind,
    message: expect.stringMatching(message),
  })
})

/** A clock whose time passes only by waiting. */
function patientClock() {
  const waits: number[] = []
  return { waits, clock: { now: () => 0, sleep: async (ms: number) => void waits.push(ms) } }
}

test.each<[string, Fault, number[]]>([
  ['as long as it asks', { kind: 'answer', status: 429, headers: { 'retry-after': '7' }, times: 1 }, [7000]],
  [
    'until the time that it names',
    {
      kind: 'answer',
      status: 429,
      headers: { date: 'Fri, 07 Aug 2026 10:00:00 GMT', 'retry-after': 'Fri, 07 Aug 2026 10:00:09 GMT' },
      times: 1,
    },
    [9000],
  ],
  ['longer each time where it names none', { kind: 'answer', status: 502, times: 2 }, [1000, 2000]],
])('a registry with too much to do is waited for, %s', async (_, fault, expected) => {
  const { clock, waits } = patientClock()
  proxy.fault = { ...fault }
  const opened = openRegistry({ fetch, log: silentLog, clock })
  expect((await opened.resolve(image())).digest).toBe(digest)
  expect(waits).toEqual(expected)
})

test.each<[string, Fault, number]>([
  ['it fails on and on', { kind: 'answer', status: 500 }, 2],
  ['it asks for more than a minute', { kind: 'answer', status: 429, headers: { 'retry-after': '61' } }, 0],
  ['nothing will change', { kind: 'answer', status: 403 }, 0],
])('a registry is not waited for any longer when %s', async (_, fault, times) => {
  const { clock, waits } = patientClock()
  proxy.fault = fault
  await expect(openRegistry({ fetch, log: silentLog, clock }).resolve(image())).rejects.toThrow(/HTTP/)
  expect(waits).toHaveLength(times)
})

test('the tags of a repository are listed, up to a number; of one that is not there, none', async () => {
  expect(await client().tags(image().repository, 1000)).toContain('one')
  expect(await client().tags(image().repository, 1)).toHaveLength(1)
  expect(await client().tags(`${proxy.host}/acme/nothing`, 10)).toEqual([])
})

test('an image is taken apart into what it is made of', async () => {
  expect(await client().anatomy(image())).toEqual([
    { platform: 'linux/amd64', digest, layers: [], config: { config: { Labels: labels } } },
  ])
})
