import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { type Document, readDocument, validate } from '../../configuration/index.ts'

const input = z.strictObject({
  description: z.string().min(1),
  required: z.boolean().optional(),
  default: z.string().optional(),
  deprecationMessage: z.string().optional(),
})

const schema = z.strictObject({
  name: z.string().min(1),
  description: z.string().min(1),
  author: z.string().optional(),
  branding: z.unknown().optional(),
  inputs: z.record(z.string(), input).default({}),
  outputs: z.record(z.string(), z.strictObject({ description: z.string().min(1) })).default({}),
  runs: z.strictObject({ using: z.literal('node24'), main: z.string(), post: z.string().optional() }),
})

/** What an `action.yml` says. Unknown keys are errors, because GitHub ignores a misspelt one in silence. */
export type Action = z.infer<typeof schema>

export type Input = z.infer<typeof input>

/** Every action of the repository by the folder's name. Throws a ConfigurationError with the place of a fault. */
export function readActions(root: string): ReadonlyMap<string, Action> {
  const files = globSync('actions/*/action.yml', { cwd: root }).sort()
  return new Map(
    files.map(file => [
      dirname(file).replace('actions/', ''),
      parse(readDocument(readFileSync(join(root, file), 'utf8'), file)),
    ]),
  )
}

function parse(document: Document): Action {
  return validate(document, schema)
}
