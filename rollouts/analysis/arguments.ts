import { quote } from './quote.ts'
import { type Argument, type Metric, metricSchema } from './spec.ts'

/** A metric whose arguments cannot be filled in; the message is the controller's. */
export class ArgumentError extends Error {
  override readonly name = 'ArgumentError'
}

/** Secrets as Kubernetes holds them: name of the secret, then its keys. */
export type Secrets = ReadonlyMap<string, ReadonlyMap<string, string>>

/**
 * Fills `{{ args.x }}` into a metric as the controller does (`utils/analysis/factory.go`, ResolveMetricArgs): the metric
 * becomes JSON, each tag is replaced with the argument's value in Go's quoting, and the JSON is read again. So an
 * unclosed `{{` swallows JSON up to the next `}}`, and some control characters break it; both are told as the
 * controller tells them. Throws an ArgumentError.
 */
export function resolveMetric(metric: Metric, args: readonly Argument[]): Metric {
  const template = toJson(metric)
  const { texts, tags } = split(template)
  const values = new Map<string, string>()
  for (const { name, value } of args) {
    if (value === undefined) throw new ArgumentError(`argument "${name}" was not supplied`)
    values.set(`args.${name}`, quote(value).slice(1, -1))
  }
  const unresolved = tags.findLast(tag => !values.has(trim(tag)))
  if (unresolved !== undefined) throw new ArgumentError(`failed to resolve {{${unresolved}}}`)
  const json = texts.reduce((sum, text, index) => sum + text + (values.get(trim(tags[index] ?? '')) ?? ''), '')
  return metricSchema.parse(parseJson(json))
}

/** The arguments as they are checked before any secret is read (`analysis/analysis.go`, getResolvedMetricsWithoutSecrets). */
export function withoutSecrets(args: readonly Argument[]): Argument[] {
  return args.map(arg => (arg.valueFrom?.secretKeyRef ? { name: arg.name, value: 'temp-for-secret' } : arg))
}

/** Reads secretKeyRefs; a secret beats a value. Throws an ArgumentError with the controller's words for a missing one. */
export function withSecrets(args: readonly Argument[], secrets: Secrets): { args: Argument[]; values: string[] } {
  const values: string[] = []
  const resolved = args.map(arg => {
    const reference = arg.valueFrom?.secretKeyRef
    if (!reference) return arg
    const secret = secrets.get(reference.name)
    if (!secret) throw new ArgumentError(`secrets "${reference.name}" not found`)
    const value = secret.get(reference.key)
    if (value === undefined) {
      throw new ArgumentError(`key '${reference.key}' does not exist in secret '${reference.name}'`)
    }
    values.push(value)
    return { ...arg, value }
  })
  return { args: resolved, values }
}

/** Splits a template at its tags, as fasttemplate does: there is one more text than there are tags. */
function split(template: string): { texts: string[]; tags: string[] } {
  const texts: string[] = []
  const tags: string[] = []
  let rest = template
  for (;;) {
    const open = rest.indexOf('{{')
    if (open < 0) return { texts: [...texts, rest], tags }
    texts.push(rest.slice(0, open))
    rest = rest.slice(open + 2)
    const close = rest.indexOf('}}')
    if (close < 0) {
      throw new ArgumentError(
        `Cannot find end tag="}}" in the template=${quote(template)} starting from ${quote(rest)}`,
      )
    }
    tags.push(rest.slice(0, close))
    rest = rest.slice(close + 2)
  }
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch (cause) {
    for (const [sequence] of json.matchAll(/\\(?:u[0-9a-fA-F]{4}|.)/gs)) {
      const character = sequence.slice(1)
      if (/^(?:["\\/bfnrt]|u.+)$/.test(character)) continue
      throw new ArgumentError(`invalid character '${character}' in string escape code`)
    }
    throw new ArgumentError('the metric is no longer JSON with its arguments filled in', { cause })
  }
}

/** The JSON that Go makes of a metric: its struct's order of fields, empty ones left out, `<`, `>` and `&` escaped. */
function toJson(metric: Metric): string {
  const { prometheus, ...others } = metric.provider
  const { sigv4, oauth2 } = prometheus?.authentication ?? {}
  const ordered = {
    name: metric.name,
    interval: metric.interval || undefined,
    initialDelay: metric.initialDelay || undefined,
    count: metric.count,
    successCondition: metric.successCondition || undefined,
    failureCondition: metric.failureCondition || undefined,
    failureLimit: metric.failureLimit,
    inconclusiveLimit: metric.inconclusiveLimit,
    consecutiveErrorLimit: metric.consecutiveErrorLimit,
    provider: {
      prometheus: prometheus && {
        address: prometheus.address || undefined,
        query: prometheus.query || undefined,
        authentication: {
          sigv4: {
            region: sigv4?.region || undefined,
            profile: sigv4?.profile || undefined,
            roleArn: sigv4?.roleArn || undefined,
          },
          oauth2: {
            tokenUrl: oauth2?.tokenUrl || undefined,
            clientId: oauth2?.clientId || undefined,
            clientSecret: oauth2?.clientSecret || undefined,
            scopes: oauth2?.scopes?.length ? oauth2.scopes : undefined,
          },
        },
        timeout: prometheus.timeout,
        insecure: prometheus.insecure || undefined,
        headers: prometheus.headers?.length ? prometheus.headers.map(({ key, value }) => ({ key, value })) : undefined,
        rangeQuery: prometheus.rangeQuery && {
          start: prometheus.rangeQuery.start || undefined,
          end: prometheus.rangeQuery.end || undefined,
          step: prometheus.rangeQuery.step || undefined,
        },
      },
      ...others,
    },
    consecutiveSuccessLimit: metric.consecutiveSuccessLimit,
  }
  return JSON.stringify(ordered).replace(
    /[<>&\u2028\u2029]/g,
    character => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  )
}

function trim(tag: string): string {
  return tag.replace(/^[\s\u0085]+|[\s\u0085]+$/g, '')
}
