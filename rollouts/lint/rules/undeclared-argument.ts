import { piecesOf } from '../../promql/index.ts'
import type { Found, Rule } from '../rule.ts'
import type { TemplateSubject } from '../template-subject.ts'
import { textsOf } from './texts.ts'

export const undeclaredArgument: Rule = {
  id: 'undeclared-argument',
  severity: 'error',
  scope: 'template',
  about: 'A `{{args.x}}` that no argument declares, a tag that is no argument, or one without its end',
  *check(template) {
    const declared = namesIn([template])
    const around = namesIn(template.all)
    for (const { path, text } of textsOf(template)) {
      const told = new Set<string>()
      for (const { kind, start, end } of piecesOf(text, new Map([...declared].map(name => [name, ''])))) {
        if (kind !== 'open') continue
        const tag = text.slice(start, end)
        if (told.has(tag)) continue
        told.add(tag)
        yield { path, offset: start, ...problemOf(tag, around) }
      }
    }
  },
}

function problemOf(tag: string, around: ReadonlySet<string>): Omit<Found, 'path'> {
  if (!tag.endsWith('}}'))
    return { problem: 'a tag {{ has no end', cure: 'Close it with }}: it would swallow the rest of the metric' }
  const [, name] = /^\{\{\s*args\.(.*?)\s*\}\}$/s.exec(tag) ?? []
  if (name === undefined) return { problem: `${tag} is no argument`, cure: 'Write {{args.NAME}}' }
  const problem = `no argument ${JSON.stringify(name)} is declared`
  // Templates that run together share their arguments.
  if (around.has(name))
    return {
      severity: 'warning',
      problem: `${problem} here, only in another template`,
      cure: 'Declare it under spec.args too: alone, this template cannot run',
    }
  return { problem, cure: 'Declare it under spec.args' }
}

function namesIn(templates: readonly Pick<TemplateSubject, 'spec'>[]): Set<string> {
  return new Set(templates.flatMap(({ spec }) => (spec.args ?? []).map(({ name }) => name)))
}
