import { z } from 'zod'
import type { Description } from './description.ts'
import { jsonSchema } from './json-schema.ts'

export type Extracted = {
  operations: Record<string, ExtractedOperation>
  schemas: Record<string, unknown>
}
export type ExtractedOperation = {
  query: unknown
  body: unknown
  bodyRequired: boolean
  /** By status; null where there is no body. */
  replies: Record<string, unknown>
}

const content = z.looseObject({ schema: z.unknown() })
const bodySchema = z.looseObject({
  content: z.record(z.string(), content).optional(),
  required: z.boolean().optional(),
})
const parameterSchema = z.looseObject({
  name: z.string(),
  in: z.string(),
  required: z.boolean().optional(),
  schema: z.unknown(),
})
const operationSchema = z.looseObject({
  parameters: z.array(z.unknown()).default([]),
  requestBody: bodySchema.optional(),
  responses: z.record(z.string(), z.unknown()),
})

/** Takes operations (`GET /app`) out of a description, with the schemas that they refer to, as JSON schemas. */
export function extract(description: Description, wanted: readonly string[]): Extracted {
  const operations: Record<string, ExtractedOperation> = {}
  const names = new Set<string>()
  const convert = (schema: unknown) => jsonSchema(schema, name => names.add(name))
  const resolve = (value: unknown): unknown => {
    const { $ref } = z.looseObject({ $ref: z.string().optional() }).parse(value)
    const [, , kind = '', name = ''] = $ref?.split('/') ?? []
    return $ref === undefined ? value : description.components[kind]?.[name]
  }

  for (const route of wanted) {
    const [method = '', path = ''] = route.split(' ')
    const found = description.paths[path]?.[method.toLowerCase()]
    if (found === undefined) throw new Error(`GitHub describes no ${route}`)
    const { parameters, requestBody, responses } = operationSchema.parse(found)
    const query = parameters
      .map(resolve)
      .map(value => parameterSchema.parse(value))
      .filter(({ in: place }) => place === 'query')
    const json = requestBody?.content?.['application/json']?.schema
    operations[route] = {
      query: {
        type: 'object',
        properties: Object.fromEntries(query.map(({ name, schema }) => [name, convert(schema)])),
        required: query.filter(({ required }) => required).map(({ name }) => name),
        additionalProperties: false,
      },
      body: json === undefined ? null : convert(json),
      bodyRequired: requestBody?.required ?? false,
      replies: Object.fromEntries(
        Object.entries(responses)
          .filter(([status]) => /^2\d\d$/.test(status))
          .map(([status, response]) => {
            const { content: bodies } = bodySchema.parse(resolve(response))
            const schema = bodies?.['application/json']?.schema
            return [status, schema === undefined ? null : convert(schema)]
          }),
      ),
    }
  }

  const schemas: Record<string, unknown> = {}
  for (const name of names) schemas[name] = convert(description.components.schemas?.[name]) // the set grows meanwhile
  return { operations, schemas: Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1))) }
}
