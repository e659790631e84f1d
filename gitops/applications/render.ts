import type { Tree } from '../repository/index.ts'
import { type ReadSet, readSets } from './application-set.ts'
import { isMap, renderTemplate, TemplateError, UnknownTemplateError, type Value } from './go-template/index.ts'
import { deeply, type Parameters, parametersOf } from './parameters.ts'

/** An Application as an ApplicationSet makes it: its name, the set, and everything in it. */
export type Application = { name: string; set: string; content: Value }

/**
 * What a set makes. `unknown`: it cannot be told. `stopped`: an error, with which Argo CD leaves everything as it is;
 * `names` are then of the Applications that it would make without the error, where they can be told.
 */
export type Rendering = ReadSet & {
  applications: readonly Application[]
  stopped?: string
  names?: readonly string[]
  unknown?: string
}

/**
 * What the ApplicationSets of a GitOps repository make, as Argo CD's own generators and templates would. `root` is the
 * root of the Git repository that it is in, where the paths of generators begin; the repository itself by default.
 */
export function renderSets(tree: Tree, root: Tree = tree): Rendering[] {
  return readSets(tree).map(read => {
    if ('unknown' in read) return { ...read, applications: [] }
    try {
      const applications = read.set.spec.generators.flatMap(generator =>
        parametersOf(root, generator).map(parameters => applicationOf(read, parameters)),
      )
      return { ...read, applications }
    } catch (error) {
      if (error instanceof UnknownTemplateError) return { ...read, applications: [], unknown: error.message }
      if (!(error instanceof TemplateError)) throw error
      const names = namesOf(root, read)
      return { ...read, applications: [], stopped: error.message, ...(names && { names }) }
    }
  })
}

type KnownSet = Extract<ReadSet, { set: unknown }>

/** The Application that a set makes of one set of parameters. Throws a TemplateError where it makes none. */
export function applicationOf({ name: set, set: { spec } }: KnownSet, parameters: Parameters): Application {
  const content: Value = deeply(spec.template, text => renderTemplate(text, parameters))
  return { name: nameIn(content), set, content }
}

/** The names alone, which often can be told where a label or a version cannot. */
function namesOf(root: Tree, { set: { spec } }: KnownSet): string[] | undefined {
  const name = (parameters: Parameters) => renderTemplate(nameIn(spec.template), parameters)
  try {
    return spec.generators.flatMap(generator => parametersOf(root, generator).map(name))
  } catch (error) {
    if (error instanceof TemplateError) return undefined
    throw error
  }
}

function nameIn(application: Value): string {
  const metadata = isMap(application) ? application.metadata : undefined
  const name = isMap(metadata) ? metadata.name : undefined
  if (typeof name !== 'string') throw new TemplateError('an Application without a name')
  return name
}
