import { z } from 'zod'
import { parseJson } from '../../configuration/index.ts'

/** Gets one thing of the image's repository; answers with a status in `expected` are given too, others throw. */
export type Ask = (
  resource: string,
  accept: string,
  expected: readonly number[],
) => Promise<{ status: number; headers: Headers; body: Buffer }>

/** What refers to an image, as an index lists it. */
export type Descriptor = { digest: string; artifactType?: string | undefined }

const index = z.looseObject({
  manifests: z.array(z.looseObject({ digest: z.string(), artifactType: z.string().optional() })),
})

/** How registries say that they have no such list: the specification asks for 404, and not all keep to it. */
const noList = [400, 404, 405, 406, 501]

/** More pages than this are not asked for. */
const pages = 10

/**
 * What refers to the image with this digest (distribution specification 1.1, "Listing Referrers"), from all pages;
 * undefined where the registry has no such list. `path` is the repository's.
 */
export async function listReferrers(ask: Ask, path: string, digest: string): Promise<Descriptor[] | undefined> {
  let found: Descriptor[] | undefined
  let resource: string | undefined = `referrers/${digest}`
  for (let page = 0; page < pages && resource !== undefined; page++) {
    const { status, headers, body } = await ask(resource, 'application/vnd.oci.image.index.v1+json', noList)
    const listed = noList.includes(status) ? undefined : readIndex(parseJson(body.toString()))
    if (listed === undefined) return found
    found = [...(found ?? []), ...listed]
    resource = nextPage(headers.get('link') ?? '', path, digest)
  }
  return found
}

/** What an index lists; undefined where it is none. */
export function readIndex(document: unknown): Descriptor[] | undefined {
  const parsed = index.safeParse(document)
  return parsed.success ? parsed.data.manifests : undefined
}

/** The next page that the header `Link` names (RFC 8288), if it is one of the same list. */
function nextPage(link: string, path: string, digest: string): string | undefined {
  const target = /<([^>]*)>\s*;\s*rel="?next"?/i.exec(link)?.[1]
  const list = `/v2/${path}/referrers/${digest}`
  const url = target === undefined ? null : URL.parse(target, `http://registry${list}`)
  if (url === null || url.search === '' || url.pathname.replace('%3A', ':') !== list) return undefined
  return `referrers/${digest}${url.search}`
}
