import type { Rule } from '../rule.ts'
import type { Linted, TemplateSubject } from '../template-subject.ts'

export const templateCycle: Rule = {
  id: 'template-cycle',
  severity: 'error',
  scope: 'template',
  about: 'Templates that refer to each other in a cycle, which the controller follows for ever',
  *check(template) {
    for (const [index, reference] of (template.spec.templates ?? []).entries()) {
      const inside = template.referred(reference)
      if (!inside || !leadsTo(inside, template)) continue
      yield {
        path: ['templates', index, 'templateName'],
        problem: `${template.name} refers to itself, through ${inside.name}`,
        cure: 'Remove one of the references',
      }
    }
  },
}

function leadsTo(from: Linted, template: TemplateSubject): boolean {
  const seen = new Set<Linted>()
  const open: Linted[] = [from]
  for (let next = open.pop(); next; next = open.pop()) {
    if (next.document === template.document) return true
    if (seen.has(next)) continue
    seen.add(next)
    open.push(...(next.spec.templates ?? []).map(template.referred).filter(each => each !== undefined))
  }
  return false
}
