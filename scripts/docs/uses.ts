import { z } from 'zod'
import { type Document, formatPlace, type Step } from '../../configuration/index.ts'
import { readActions } from './action.ts'
import { readWorkflows } from './workflow.ts'

/** What a `uses:` of ours may be given, and what of that it needs; by its path in the repository. */
export type Interfaces = ReadonlyMap<string, { inputs: Names; secrets: Names }>

type Names = { known: ReadonlySet<string>; required: ReadonlySet<string> }

const ours = /^(?:\$|[\w.-]+\/stovepipe)\/(?<path>[^@]+)(?:@.+)?$/

const call = z.object({
  uses: z.string(),
  with: z.record(z.string(), z.unknown()).catch({}),
  secrets: z.record(z.string(), z.unknown()).catch({}),
})

/** Reads what every action and every reusable workflow of the repository takes. */
export function readInterfaces(root: string): Interfaces {
  return new Map([
    ...[...readActions(root)].map(([name, { inputs }]) => entry(`actions/${name}`, inputs)),
    ...[...readWorkflows(root)].map(([name, { inputs, secrets }]) =>
      entry(`.github/workflows/${name}.yml`, inputs, secrets),
    ),
  ])
}

/**
 * Finds every `uses:` of ours in a document, a whole workflow or a piece of one, whose target does not exist or whose
 * `with:` or `secrets:` does not fit it. Gives one line for each fault, with its place.
 */
export function misuses(document: Document, interfaces: Interfaces): string[] {
  return [...callsIn(document.value, [])].flatMap(({ uses, given, path }) => {
    const target = ours.exec(uses)?.groups?.path
    if (target === undefined) return []
    const found = interfaces.get(target)
    const say = (problem: string, key: readonly Step[]) =>
      `${formatPlace(document.placeOf([...path, ...key], { key: key.length > 1 }))}: ${problem}`
    if (!found) return [say(`there is no ${target}`, ['uses'])]
    const unfit = (kind: string, key: string, { known, required }: Names, names: readonly string[]) => [
      ...names.filter(name => !known.has(name)).map(name => say(`${target} has no ${kind} ${name}`, [key, name])),
      ...[...required]
        .filter(name => !names.includes(name))
        .map(name => say(`${target} needs the ${kind} ${name}`, ['uses'])),
    ]
    return [
      ...unfit('input', 'with', found.inputs, given.with),
      ...unfit('secret', 'secrets', found.secrets, given.secrets),
    ]
  })
}

type Declared = Readonly<Record<string, { required?: boolean | undefined }>>

function entry(path: string, inputs: Declared, secrets: Declared = {}) {
  return [path, { inputs: names(inputs), secrets: names(secrets) }] as const
}

function names(declared: Declared): Names {
  const required = Object.keys(declared).filter(name => declared[name]?.required === true)
  return { known: new Set(Object.keys(declared)), required: new Set(required) }
}

type Call = { uses: string; given: { with: string[]; secrets: string[] }; path: Step[] }

function* callsIn(value: unknown, path: Step[]): Generator<Call> {
  if (typeof value !== 'object' || value === null) return
  const { data } = call.safeParse(value)
  if (data) {
    yield { uses: data.uses, given: { with: Object.keys(data.with), secrets: Object.keys(data.secrets) }, path }
  }
  for (const [key, child] of Object.entries(value))
    yield* callsIn(child, [...path, Array.isArray(value) ? Number(key) : key])
}
