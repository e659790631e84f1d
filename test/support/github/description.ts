import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv, type ValidateFunction } from 'ajv'
import addFormats from 'ajv-formats'
import { z } from 'zod'
import type { Operation } from './operations.ts'

const operationSchema = z.object({
  query: z.unknown(),
  body: z.unknown(),
  bodyRequired: z.boolean(),
  replies: z.record(z.string(), z.unknown()),
})
const fileSchema = z.object({
  operations: z.record(z.string(), operationSchema),
  schemas: z.record(z.string(), z.unknown()),
})

/** GitHub's own description of the operations that the server answers: `npm run github-schema` writes it. */
const text = readFileSync(join(import.meta.dirname, 'fixtures/openapi.json'), 'utf8')
export const description = fileSchema.parse(JSON.parse(text))

const options = { strict: false, inlineRefs: false }
const bodies = withFormats(new Ajv(options))
const queries = withFormats(new Ajv({ ...options, coerceTypes: true }))
const compiled = new Map<string, ValidateFunction>()

/** What GitHub would find wrong with a request; undefined when it takes it. A query's numbers arrive as texts. */
export function faultInRequest(operation: Operation, request: { query: object; body: unknown }): string | undefined {
  const { body, bodyRequired } = described(operation)
  const inQuery = check(queries, `${pointer(operation)}/query`, request.query)
  if (inQuery) return `query: ${inQuery}`
  if (request.body === undefined) return bodyRequired ? 'body: missing' : undefined
  if (body === null) return undefined
  const inBody = check(bodies, `${pointer(operation)}/body`, request.body)
  return inBody ? `body: ${inBody}` : strangerIn(body, request.body)
}

const bodySchema = z.looseObject({
  properties: z.record(z.string(), z.unknown()).optional(),
  oneOf: z.array(z.unknown()).optional(),
  anyOf: z.array(z.unknown()).optional(),
})

/** A key that GitHub does not know: it refuses those in its words, though its description would let them pass. */
function strangerIn(schema: unknown, body: unknown): string | undefined {
  const given = z.record(z.string(), z.unknown()).safeParse(body)
  const known = new Set(keysOf(schema))
  const stranger = given.success ? Object.keys(given.data).find(key => !known.has(key)) : undefined
  return stranger === undefined ? undefined : `${JSON.stringify(stranger)} is not a permitted key.`
}

function keysOf(schema: unknown): string[] {
  const { properties = {}, oneOf = [], anyOf = [] } = bodySchema.parse(schema)
  return [...Object.keys(properties), ...[...oneOf, ...anyOf].flatMap(keysOf)]
}

/** What is wrong with a reply by GitHub's description; undefined when it could be GitHub's. */
export function faultInReply(operation: Operation, status: number, body: unknown): string | undefined {
  const { replies } = described(operation)
  if (status >= 300) return undefined // refusals are described in prose
  if (!(status in replies)) return `${operation} has no reply ${status}`
  if (replies[status] === null) return body === undefined ? undefined : `${operation} ${status} has no body`
  return check(bodies, `${pointer(operation)}/replies/${status}`, body)
}

function described(operation: Operation) {
  const found = description.operations[operation]
  if (!found) throw new Error(`${operation} is not in fixtures/openapi.json: run npm run github-schema`)
  return found
}

function pointer(operation: string): string {
  return `openapi#/operations/${encodeURIComponent(operation.replaceAll('~', '~0').replaceAll('/', '~1'))}`
}

function check(ajv: Ajv, $ref: string, value: unknown): string | undefined {
  const key = `${ajv === queries}${$ref}`
  const validate = compiled.get(key) ?? ajv.compile({ $ref })
  compiled.set(key, validate)
  if (validate(value)) return undefined
  const [error] = validate.errors ?? []
  return `${error?.instancePath || '/'} ${error?.message ?? ''} ${JSON.stringify(error?.params ?? {})}`
}

function withFormats(ajv: Ajv): Ajv {
  addFormats.default(ajv, ['date-time'])
  ajv.addSchema(JSON.parse(text), 'openapi')
  return ajv
}
