import { z } from 'zod'
import { description } from './description.ts'
import type { Operation } from './operations.ts'

const schemaSchema = z.looseObject({
  $ref: z.string().optional(),
  type: z.union([z.string(), z.array(z.string())]).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
  items: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  format: z.string().optional(),
  minimum: z.number().optional(),
  allOf: z.array(z.unknown()).optional(),
  anyOf: z.array(z.unknown()).optional(),
  oneOf: z.array(z.unknown()).optional(),
})
type Schema = z.infer<typeof schemaSchema>
const objectSchema = z.record(z.string(), z.unknown())

/**
 * Adds to a reply what GitHub's description requires and the server keeps no state of: empty texts, zeros, nulls. So a
 * handler says what it means, and a client still gets the whole answer.
 */
export function fillReply(operation: Operation, status: number, body: unknown): unknown {
  const schema = description.operations[operation]?.replies[status]
  return schema === undefined || schema === null ? body : fill(schema, body)
}

function fill(given: unknown, value: unknown): unknown {
  const schema = resolve(given)
  if (Array.isArray(value)) return value.map(item => (schema.items === undefined ? item : fill(schema.items, item)))
  const object = objectSchema.safeParse(value)
  if (!object.success) return value
  let filled: Record<string, unknown> = { ...object.data }
  for (const part of [
    ...(schema.allOf ?? []),
    ...branchFor(object.data, schema.anyOf),
    ...branchFor(object.data, schema.oneOf),
  ]) {
    filled = objectSchema.parse(fill(part, filled))
  }
  const { properties = {}, required = [] } = schema
  for (const [name, property] of Object.entries(properties)) {
    if (name in filled) filled[name] = fill(property, filled[name])
    else if (required.includes(name)) filled[name] = sample(property, name)
  }
  return filled
}

function sample(given: unknown, name: string): unknown {
  const schema = resolve(given)
  const types = [schema.type ?? []].flat()
  const branches = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]
  if (types.includes('null') || branches.some(branch => resolve(branch).type === 'null')) return null
  if (schema.enum) return schema.enum[0]
  const [branch] = branches
  if (branch !== undefined && types.length === 0) return sample(branch, name)
  if (types.includes('string')) {
    if (schema.format === 'date-time') return '2020-01-01T00:00:00Z'
    return name.endsWith('url') ? 'https://github.invalid/' : ''
  }
  if (types.includes('integer') || types.includes('number')) return schema.minimum ?? 0
  if (types.includes('boolean')) return false
  if (types.includes('array')) return []
  return fill(given, {})
}

/** The first alternative that is an object and does not speak of another kind: `type: file` is no `type: dir`. */
function branchFor(value: Readonly<Record<string, unknown>>, branches: readonly unknown[] = []): unknown[] {
  const fits = (branch: unknown) => {
    const { type, properties = {} } = resolve(branch)
    if (type !== undefined && ![type].flat().includes('object')) return false
    return Object.entries(properties).every(([name, property]) => {
      const allowed = resolve(property).enum
      return !(name in value) || allowed === undefined || allowed.includes(value[name])
    })
  }
  return branches.filter(fits).slice(0, 1)
}

function resolve(given: unknown): Schema {
  const schema = schemaSchema.parse(given ?? {})
  const [, name] = /^#\/schemas\/(.+)$/.exec(schema.$ref ?? '') ?? []
  return name === undefined ? schema : resolve(description.schemas[name])
}
