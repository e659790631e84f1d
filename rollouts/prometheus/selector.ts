import { ConfigurationError, type Place } from '../../configuration/index.ts'

const string = ['"', "'"].map(mark => String.raw`${mark}(?:[^${mark}\\\n]|\\.)*${mark}`).join('|')
const matcher = String.raw`\s*[a-zA-Z_][a-zA-Z0-9_]*\s*(?:=~|!~|!=|=)\s*(?:${string}|\`[^\`]*\`)\s*`
const selector = new RegExp(
  String.raw`^\s*([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(?:\{((?:${matcher}(?:,${matcher})*,?)?\s*)\}\s*)?$`,
)

/**
 * Narrows a selector of one metric, for example `http_requests_total{app="web"}`, to series with these labels. Throws a
 * ConfigurationError for anything else than a plain selector, so that nothing can be smuggled into a query.
 */
export function narrowSelector(text: string, labels: Readonly<Record<string, string>>, place?: Place): string {
  const [, name = '', matchers = ''] = selector.exec(text) ?? []
  if (name === '') {
    throw new ConfigurationError({
      problem: 'not a selector of one metric',
      ...(place && { place }),
      value: text,
      cure: 'Write it as name{label="value"}, without functions, ranges or operators',
    })
  }
  const given = matchers.trim().replace(/,$/, '').trim()
  const added = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`)
  return `${name}{${[...(given === '' ? [] : [given]), ...added].join(',')}}`
}
