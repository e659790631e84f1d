import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
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

type Listing = (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>

/** Stands before the registry, and answers what `listing` answers; gives what was asked. */
async function before(listing: Listing, use: (host: string) => Promise<void>): Promise<string[]> {
  const asked: string[] = []
  const server = createServer(async (request, response) => {
    asked.push(request.url ?? '')
    if (await listing(request, response)) return
    const { accept = '' } = request.headers
    const answer = await fetch(`http://${registry.host}${request.url}`, { headers: { accept } })
    response.writeHead(answer.status).end(Buffer.from(await answer.arrayBuffer()))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  try {
    if (typeof address !== 'object' || !address) throw new Error('no port')
    await use(`127.0.0.1:${address.port}`)
  } finally {
    server.closeAllConnections()
    server.close()
  }
  return asked
}

/** What the tag of the digest leads to, which is what a list of referrers would hold. */
async function listOf(name: string, digest: string) {
  const tagged = await fetch(`http://${registry.host}/v2/${name}/manifests/${digest.replace(':', '-')}`, {
    headers: { accept: 'application/vnd.oci.image.index.v1+json' },
  })
  return z.looseObject({ manifests: z.array(z.looseObject({ digest: z.string() })) }).parse(await tagged.json())
}

test('a registry that lists referrers is asked for them, and of those only bundles are read', async () => {
  const digest = await pushImage(registry.host, 'listed', 'v1')
  await pushAttestations(registry.host, 'listed', digest, [{ listed: true }])
  const { manifests, ...index } = await listOf('listed', digest)
  const others = [
    { digest: `sha256:${'0'.repeat(64)}`, artifactType: 'application/spdx+json' },
    { digest: '../../../listed/blobs/x', artifactType: 'application/vnd.dev.sigstore.bundle.v0.3+json' },
  ]
  const listing: Listing = (request, response) => {
    if (!request.url?.includes('/referrers/')) return false
    response.end(JSON.stringify({ ...index, manifests: [...others, ...manifests] }))
    return true
  }
  const asked = await before(listing, async host => {
    expect(await find(host, 'listed', digest)).toEqual([{ listed: true }])
  })
  expect(asked.filter(url => url.includes('0000000000') || url.includes('..') || url.includes('sha256-'))).toEqual([])
})

test.each([400, 404, 405, 406, 501])('a registry without a list may say so with %d', async status => {
  const digest = await pushImage(registry.host, 'none', 'v1')
  await pushAttestations(registry.host, 'none', digest, [{ tagged: true }])
  const listing: Listing = (request, response) => {
    if (!request.url?.includes('/referrers/')) return false
    response.writeHead(status).end('no')
    return true
  }
  await before(listing, async host => {
    expect(await find(host, 'none', digest)).toEqual([{ tagged: true }])
  })
})

test('a list of several pages is read to its end, and no link leads out of it', async () => {
  const digest = await pushImage(registry.host, 'paged', 'v1')
  await pushAttestations(registry.host, 'paged', digest, [{ first: 1 }, { second: 2 }])
  const { manifests, ...index } = await listOf('paged', digest)
  const list = `/v2/paged/referrers/${digest}`
  const links: Record<string, string> = {
    [list]: `<${list}?last=one&n=1>; rel="next"`,
    [`${list}?last=one&n=1`]: `<http://elsewhere.example.org/v2/other/referrers/${digest}?n=1>; rel="next"`,
  }
  const listing: Listing = ({ url = '' }, response) => {
    if (!url.includes('/referrers/')) return false
    const page = { ...index, manifests: url === list ? manifests.slice(0, 1) : manifests.slice(1) }
    response.writeHead(200, { link: links[url] ?? '' }).end(JSON.stringify(page))
    return true
  }
  const asked = await before(listing, async host => {
    expect(await find(host, 'paged', digest)).toEqual([{ first: 1 }, { second: 2 }])
  })
  expect(asked.filter(url => url.includes('/referrers/'))).toEqual(Object.keys(links))
})

test('a list without an end is not followed for ever', async () => {
  const digest = await pushImage(registry.host, 'endless', 'v1')
  const listing: Listing = ({ url = '' }, response) => {
    if (!url.includes('/referrers/')) return false
    response.writeHead(200, { link: `</v2/endless/referrers/${digest}?n=1>; rel="next"` }).end('{"manifests":[]}')
    return true
  }
  const asked = await before(listing, async host => {
    expect(await find(host, 'endless', digest)).toEqual([])
  })
  expect(asked).toHaveLength(10)
})

test.each<[string, number, string]>([
  ['is too large', 200, 'x'.repeat(5_000_000)],
  ['may not be read', 403, ''],
  ['fails', 500, ''],
])('an attestation that %s is passed over, and others count', async (_, status, body) => {
  const digest = await pushImage(registry.host, 'beside', 'v1')
  await pushAttestations(registry.host, 'beside', digest, [{ first: 1 }, { second: 2 }])
  const [bad] = (await listOf('beside', digest)).manifests
  const listing: Listing = (request, response) => {
    if (!request.url?.endsWith(`manifests/${bad?.digest}`)) return false
    response.writeHead(status).end(body)
    return true
  }
  await before(listing, async host => {
    expect(await find(host, 'beside', digest)).toEqual([{ second: 2 }])
  })
})

test('a registry that gives none of them for now is not said to have none', async () => {
  const digest = await pushImage(registry.host, 'failing', 'v1')
  await pushAttestations(registry.host, 'failing', digest, [{ first: 1 }])
  const listing: Listing = (request, response) => {
    if (!request.url?.includes('/blobs/')) return false
    response.writeHead(503).end()
    return true
  }
  await before(listing, async host => {
    await expect(find(host, 'failing', digest)).rejects.toMatchObject({ fault: 'unavailable' })
  })
})
