import { once } from 'node:events'
import { createServer } from 'node:http'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { z } from 'zod'
import { silentLog } from '../../../host/index.ts'
import { findAttestations } from '../../../images/attestations/index.ts'
import { pushAttestations, pushImage, type RunningRegistry, startRegistry } from '../../support/registry/index.ts'

let registry: RunningRegistry

beforeAll(async () => {
  registry = await startRegistry()
})
afterAll(() => registry?.stop())

const find = (host: string, name: string, digest: string) =>
  findAttestations({ repository: `${host}/${name}`, digest }, { fetch, log: silentLog })

test('without a list of referrers, the tag of the digest leads to every bundle', async () => {
  const digest = await pushImage(registry.host, 'tagged', 'v1')
  await pushAttestations(registry.host, 'tagged', digest, [{ first: 1 }, { second: 2 }])
  expect(await find(registry.host, 'tagged', digest)).toEqual([{ first: 1 }, { second: 2 }])
})

test('an image without attestations has none', async () => {
  const digest = await pushImage(registry.host, 'bare', 'v1')
  expect(await find(registry.host, 'bare', digest)).toEqual([])
})

test('a registry that lists referrers is asked for them, and of those only bundles are read', async () => {
  const digest = await pushImage(registry.host, 'listed', 'v1')
  await pushAttestations(registry.host, 'listed', digest, [{ listed: true }])
  const tagged = await fetch(`http://${registry.host}/v2/listed/manifests/${digest.replace(':', '-')}`, {
    headers: { accept: 'application/vnd.oci.image.index.v1+json' },
  })
  const { manifests, ...index } = z.looseObject({ manifests: z.array(z.unknown()) }).parse(await tagged.json())
  const others = [
    { digest: `sha256:${'0'.repeat(64)}`, artifactType: 'application/spdx+json' },
    { digest: '../../../listed/blobs/x', artifactType: 'application/vnd.dev.sigstore.bundle.v0.3+json' },
  ]
  const asked: string[] = []
  const server = createServer(async (request, response) => {
    asked.push(request.url ?? '')
    if (request.url?.includes('/referrers/')) {
      response.end(JSON.stringify({ ...index, manifests: [...others, ...manifests] }))
      return
    }
    const { accept = '' } = request.headers
    const answer = await fetch(`http://${registry.host}${request.url}`, { headers: { accept } })
    response.writeHead(answer.status).end(Buffer.from(await answer.arrayBuffer()))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  try {
    if (typeof address !== 'object' || !address) throw new Error('no port')
    expect(await find(`127.0.0.1:${address.port}`, 'listed', digest)).toEqual([{ listed: true }])
    expect(asked.filter(url => url.includes('0000000000') || url.includes('..') || url.includes('sha256-'))).toEqual([])
  } finally {
    server.closeAllConnections()
    server.close()
  }
})
