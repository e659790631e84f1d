import { ConfigurationError } from '../configuration/index.ts'

/** Where an API is: `https://api.github.com`, or `https://host/api/v3` on a GitHub Enterprise Server. */
export type Address = { url: string; origin: string; path: string }

/** Reads an API's address, as `GITHUB_API_URL` holds it. Throws a ConfigurationError. */
export function parseAddress(text: string): Address {
  const url = URL.parse(text)
  const bare = url?.username === '' && url.password === '' && url.search === '' && url.hash === ''
  if (url && bare && (url.protocol === 'https:' || url.protocol === 'http:')) {
    const path = url.pathname.replace(/\/+$/, '')
    return { url: url.origin + path, origin: url.origin, path }
  }
  throw new ConfigurationError({
    problem: "not the address of GitHub's API",
    value: text.replace(/\/\/.*@/s, '//***@'),
    cure: 'Write it as https://api.github.com, or https://HOST/api/v3 for a GitHub Enterprise Server',
  })
}

/** Whether a URL is below the API: tokens go nowhere else, whatever an answer links to. */
export function within({ origin, path }: Address, url: string): boolean {
  const parsed = URL.parse(url)
  if (parsed?.origin !== origin || parsed.username !== '' || parsed.password !== '') return false
  return path === '' || parsed.pathname.startsWith(`${path}/`)
}
