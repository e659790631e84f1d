import { GitHubError } from './error.ts'

/** The address of the next page from a `Link` header (RFC 8288); undefined on the last one. */
export function nextPage(header: string | null): string | undefined {
  for (const [, url, parameters = ''] of (header ?? '').matchAll(/<([^<>]*)>([^<]*)/g)) {
    if (/;\s*rel="?next"?\s*(?:[;,]|$)/i.test(parameters)) return url
  }
  return undefined
}

/** The items of a page: GitHub gives them bare, or beside `total_count` under the name of what they are. */
export function itemsOf(body: unknown, asked: string): readonly unknown[] {
  if (Array.isArray(body)) return body
  if (typeof body === 'object' && body !== null && 'total_count' in body) {
    const [items, ...others] = Object.values(body).filter(Array.isArray)
    if (items && others.length === 0) return items
  }
  throw new GitHubError('unexpected', { problem: `${asked}: the answer is no list` })
}
