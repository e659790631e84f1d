import { ConfigurationError } from '../../configuration/index.ts'

/**
 * Adds label matchers to a PromQL series selector: `up{a="b"}` with `{ cluster: 'c' }` is `up{a="b",cluster="c"}`.
 * Throws a ConfigurationError for what is not one selector: an expression could not be counted on raw samples.
 */
export function narrowSelector(text: string, labels: Readonly<Record<string, string>>): string {
  const { name = '', matchers = '' } = pattern.exec(text)?.groups ?? {}
  if (!pattern.test(text) || (name === '' && matchers.trim() === '')) {
    throw new ConfigurationError({
      problem: 'analysis.requests is not a series selector',
      value: text,
      cure: 'Name a raw counter, for example http_requests_total{app="coolkit"}, without rate() or sum()',
    })
  }
  const own = matchers.trim().replace(/,$/, '')
  const added = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`)
  return `${name}{${[own, ...added].filter(part => part !== '').join(',')}}`
}

const string = String.raw`"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'`
const matcher = String.raw`\s*[a-zA-Z_]\w*\s*(?:=~|!~|!=|=)\s*(?:${string})\s*`
const pattern = new RegExp(
  String.raw`^\s*(?<name>[a-zA-Z_:][\w:]*)?\s*(?:\{(?<matchers>(?:${matcher}(?:,${matcher})*,?)?\s*)\})?\s*$`,
)
