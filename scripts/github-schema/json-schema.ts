import { z } from 'zod'

const objectSchema = z.record(z.string(), z.unknown())

/** What only people read, or what makes no value invalid. */
const left = new Set([
  'default',
  'deprecated',
  'description',
  'discriminator',
  'example',
  'examples',
  'externalDocs',
  'nullable',
  'readOnly',
  'title',
  'writeOnly',
])
/** GitHub's other formats are not kept by its own answers: a template is no `uri`. */
const formats = new Set(['date-time'])

/**
 * A schema of OpenAPI 3.0 as a JSON schema (draft 7) that accepts the same: `nullable` becomes a type, words for people
 * are left out. `use` is told the name of each schema it refers to, which is looked for under `schemas`.
 */
export function jsonSchema(schema: unknown, use: (name: string) => void): unknown {
  const parsed = objectSchema.safeParse(schema)
  if (!parsed.success) return schema
  const given = parsed.data
  const { $ref } = given
  if (typeof $ref === 'string') {
    const name = $ref.split('/').at(-1) ?? ''
    use(name)
    return nullableOr(given, { $ref: `#/schemas/${name}` })
  }
  const made: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(given)) {
    if (left.has(key) || key.startsWith('x-') || (key === 'format' && !formats.has(String(value)))) continue
    made[key] = convert(key, value, use)
  }
  return nullableOr(given, made)
}

function convert(key: string, value: unknown, use: (name: string) => void): unknown {
  if (key === 'properties' || key === 'patternProperties') {
    const entries = Object.entries(objectSchema.parse(value))
    return Object.fromEntries(entries.map(([name, schema]) => [name, jsonSchema(schema, use)]))
  }
  if (Array.isArray(value) && ['allOf', 'anyOf', 'oneOf'].includes(key)) return value.map(one => jsonSchema(one, use))
  if (['additionalProperties', 'items', 'not'].includes(key)) return jsonSchema(value, use)
  return value
}

function nullableOr({ nullable }: Record<string, unknown>, made: Record<string, unknown>): unknown {
  if (nullable !== true) return made
  if (typeof made.type !== 'string') return { anyOf: [made, { type: 'null' }] }
  return { ...made, type: [made.type, 'null'], ...(Array.isArray(made.enum) && { enum: [...made.enum, null] }) }
}
