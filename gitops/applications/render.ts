import type { Tree } from '../repository/index.ts'
import { type ReadSet, readSets } from './application-set.ts'
import { isMap, renderTemplate, TemplateError, UnknownTemplateError, type Value } from './go-template/index.ts'
import { deeply, parametersOf } from './parameters.ts'

/** An Application as an ApplicationSet makes it: its name, the set, and everything in it. */
export type Application = { name: string; set: string; content: Value }

/** What a set makes; `stopped`: an error, with which Argo CD leaves everything as it is; `unknown`: it cannot be told. */
export type Rendering = ReadSet & { applications: readonly Application[]; stopped?: string; unknown?: string }

/** What the ApplicationSets of a tree make of it, as Argo CD's own generators and templates would. */
export function renderSets(tree: Tree): Rendering[] {
  return readSets(tree).map(read => {
    if ('unknown' in read) return { ...read, applications: [] }
    try {
      return { ...read, applications: applicationsOf(tree, read) }
    } catch (error) {
      if (error instanceof UnknownTemplateError) return { ...read, applications: [], unknown: error.message }
      if (error instanceof TemplateError) return { ...read, applications: [], stopped: error.message }
      throw error
    }
  })
}

function applicationsOf(tree: Tree, { name: set, set: { spec } }: Extract<ReadSet, { set: unknown }>): Application[] {
  return spec.generators.flatMap(generator =>
    parametersOf(tree, generator).map(parameters => {
      const content: Value = deeply(spec.template, text => renderTemplate(text, parameters))
      const metadata = isMap(content) ? content.metadata : undefined
      const name = isMap(metadata) ? metadata.name : undefined
      if (typeof name !== 'string') throw new TemplateError('an Application without a name')
      return { name, set, content }
    }),
  )
}
