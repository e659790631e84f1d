import { ConfigurationError } from '../../configuration/index.ts'
import { mostNumber } from './name.ts'

/** Gives the address of a pull request's preview. */
export type UrlOf = (number: number) => string

/** Nothing in an address may mean something in Markdown or leave the host it was written for. */
const allowed = /^https?:\/\/[a-z0-9._~:/-]+$/
const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/

/**
 * Reads the template of a preview's address, such as `https://pr-{number}.{app}.preview.example.com`. No two pull
 * requests get one address. Throws a ConfigurationError for a template that some number would make a bad host of.
 */
export function parseUrl(template: string, app: string): UrlOf {
  const fail = (problem: string): never => {
    throw new ConfigurationError({
      problem,
      place: { input: 'url' },
      value: template,
      cure: 'Write it as https://pr-{number}.{app}.preview.example.com',
    })
  }
  const fill = (number: number) => template.replaceAll('{app}', app).replaceAll('{number}', String(number))
  if (!template.includes('{number}')) fail('all pull requests would have this address: {number} is missing')
  if (/\}\{/.test(template)) fail('something must stand between {app} and {number}')
  const sample = fill(mostNumber)
  if (!allowed.test(sample)) fail('not an address of lower-case letters, digits, - and . with {app} and {number}')
  const { hostname } = URL.parse(sample) ?? {}
  const written = /^https?:\/\/([^/:]*)(?::\d{1,5})?(?:\/|$)/.exec(sample)?.[1]
  if (hostname === undefined || hostname !== written) return fail('not an address')
  if (hostname.length > 253 || !hostname.split('.').every(part => label.test(part))) {
    fail('its host is not one that DNS allows: parts of at most 63 letters, digits and -, 253 characters in all')
  }
  return fill
}
