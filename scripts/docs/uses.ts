import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { type Document, formatPlace, readDocument, type Step } from '../../configuration/index.ts'
import { readActions } from './action.ts'

/** What a `uses:` of ours may be given, and what of that it needs; by its path in the repository. */
export type Interfaces = ReadonlyMap<string, { inputs: ReadonlySet<string>; required: ReadonlySet<string> }>

const ours = /^(?:\$|[\w.-]+\/stovepipe)\/(?<path>[^@]+)(?:@.+)?$/

const called = z.object({
  on: z.object({
    workflow_call: z.object({
      inputs: z.record(z.string(), z.object({ required: z.boolean().optional() })).default({}),
    }),
  }),
})

/** Reads what every action and every reusable workflow of the repository takes. */
export function readInterfaces(root: string): Interfaces {
  const actions = [...readActions(root)].map(([name, { inputs }]) => entry(`actions/${name}`, inputs))
  const workflows = globSync('.github/workflows/*.yml', { cwd: root }).flatMap(file => {
    const workflow = called.safeParse(readDocument(readFileSync(join(root, file), 'utf8'), file).value)
    return workflow.success ? [entry(`.github/workflows/${basename(file)}`, workflow.data.on.workflow_call.inputs)] : []
  })
  return new Map([...actions, ...workflows])
}

/**
 * Finds every `uses:` of ours in a document, a whole workflow or a piece of one, whose target does not exist or whose
 * `with:` does not fit it. Gives one line for each fault, with its place.
 */
export function misuses(document: Document, interfaces: Interfaces): string[] {
  return [...callsIn(document.value, [])].flatMap(({ uses, given, path }) => {
    const target = ours.exec(uses)?.groups?.path
    if (target === undefined) return []
    const found = interfaces.get(target)
    const say = (problem: string, key: readonly Step[]) =>
      `${formatPlace(document.placeOf([...path, ...key], { key: key.length > 1 }))}: ${problem}`
    if (!found) return [say(`there is no ${target}`, ['uses'])]
    const unknown = given
      .filter(name => !found.inputs.has(name))
      .map(name => say(`${target} has no input ${name}`, ['with', name]))
    const missing = [...found.required].filter(name => !given.includes(name))
    return [...unknown, ...missing.map(name => say(`${target} needs the input ${name}`, ['uses']))]
  })
}

function entry(path: string, inputs: Readonly<Record<string, { required?: boolean | undefined }>>) {
  const required = Object.keys(inputs).filter(name => inputs[name]?.required === true)
  return [path, { inputs: new Set(Object.keys(inputs)), required: new Set(required) }] as const
}

type Call = { uses: string; given: string[]; path: Step[] }

function* callsIn(value: unknown, path: Step[]): Generator<Call> {
  if (typeof value !== 'object' || value === null) return
  if ('uses' in value && typeof value.uses === 'string') {
    const given =
      'with' in value && typeof value.with === 'object' && value.with !== null ? Object.keys(value.with) : []
    yield { uses: value.uses, given, path }
  }
  for (const [key, child] of Object.entries(value))
    yield* callsIn(child, [...path, Array.isArray(value) ? Number(key) : key])
}
