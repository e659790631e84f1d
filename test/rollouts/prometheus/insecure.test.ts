import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createPrometheus, insecureFetch } from '../../../rollouts/prometheus/index.ts'
import { type Listening, listen } from '../../support/prometheus/listen.ts'

let server: Listening
let seen: string[] = []
let reply: (() => { body: string | Buffer; headers?: Record<string, string> }) | undefined

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'certificate-'))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const subject = ['-subj', '/CN=nobody', '-days', '1']
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, ...subject], {
    stdio: 'ignore',
  })
  const tls = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    seen.push(`${request.method} ${request.headers['content-type']} ${body}`)
    const { body: text, headers = {} } = reply?.() ?? {
      body: '{"status":"success","data":{"resultType":"scalar","result":[1,"5"]}}',
    }
    response.writeHead(200, headers).end(text)
  })
  rmSync(folder, { recursive: true })
  const listening = await listen(tls)
  server = { ...listening, url: listening.url.replace('http:', 'https:') }
})

afterAll(() => server?.close())

test('a certificate nobody vouches for is refused, and taken where the template says so', async () => {
  await expect(createPrometheus({ url: server.url, fetch }).query('up', 1000)).rejects.toThrow(
    /does not answer: .*self-signed/,
  )
  seen = []
  const result = await createPrometheus({ url: server.url, fetch: insecureFetch }).query('up', 1000)
  expect(result).toMatchObject({ kind: 'scalar', value: 5 })
  expect(seen).toEqual(['POST application/x-www-form-urlencoded;charset=UTF-8 query=up&time=1'])
})

test('the size of an answer is bounded there too', async () => {
  reply = () => ({ body: Buffer.alloc(3_000_000, 32) })
  const prometheus = createPrometheus({ url: server.url, fetch: insecureFetch, maxBytes: 1_048_576 })
  await expect(prometheus.query('up', 1000)).rejects.toThrow('more than 1 MiB')
  reply = () => ({ body: gzipSync('{}'), headers: { 'content-encoding': 'gzip' } })
  await expect(prometheus.query('up', 1000)).rejects.toThrow('bad_response: the answer is not JSON')
})
