import type { z } from 'zod'
import type { Document, Step } from './document.ts'
import { ConfigurationError, type Place } from './error.ts'

/**
 * Checks a document against a schema and gives the typed value. Throws a ConfigurationError for the first fault, with
 * the place of the bad value (of the key, when the key itself is unknown), the value and the cure. A value at a path
 * that is `secret` is not shown.
 */
export function validate<T>(
  document: Document,
  schema: z.ZodType<T>,
  secret: (path: readonly Step[]) => boolean = () => false,
): T {
  return parseWith(schema, document.value, (path, key) => document.placeOf(path, { key }), secret)
}

/** Checks a value that came through an input or a flag, which `name` names in the error. */
export function validateInput<T>(name: string, value: unknown, schema: z.ZodType<T>): T {
  return parseWith(schema, value, () => ({ input: name }))
}

function parseWith<T>(
  schema: z.ZodType<T>,
  value: unknown,
  placeOf: (path: readonly Step[], key: boolean) => Place,
  secret: (path: readonly Step[]) => boolean = () => false,
): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issue = deepest(result.error.issues)
  if (!issue) throw new ConfigurationError({ problem: 'invalid', value })
  const path = issue.path.map(step => (typeof step === 'symbol' ? String(step) : step))
  const dotted = path
    .map(step => (typeof step === 'number' ? `[${step}]` : `.${step}`))
    .join('')
    .replace(/^\./, '')
  if (issue.code === 'unrecognized_keys') {
    const [unknown = ''] = issue.keys
    throw new ConfigurationError({
      problem: `unknown key ${JSON.stringify(unknown)}${dotted ? ` in ${dotted}` : ''}`,
      place: placeOf([...path, unknown], true),
      cure: 'Remove it, or check its spelling against the schema',
    })
  }
  const found = path.reduce<unknown>((at, step) => (isObject(at) ? Reflect.get(at, step) : undefined), value)
  throw new ConfigurationError({
    problem: `${dotted ? `${dotted}: ` : ''}${issue.message}`,
    place: placeOf(path, false),
    ...(!secret(path) && { value: found }),
  })
}

/** In a union, the fault a user can act on is the one of the branch that got furthest. */
function deepest(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue | undefined {
  const [issue] = issues
  if (issue?.code !== 'invalid_union') return issue
  const branches = issue.errors.map(branch => deepest(branch)).filter(inner => inner !== undefined)
  const furthest = branches.sort((a, b) => b.path.length - a.path.length)[0]
  if (!furthest || furthest.path.length === 0) return issue
  return { ...furthest, path: [...issue.path, ...furthest.path] }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
