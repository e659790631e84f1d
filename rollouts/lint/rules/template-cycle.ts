import type { Rule } from '../rule.ts'

export const templateCycle: Rule = {
  id: 'template-cycle',
  severity: 'error',
  scope: 'template',
  about: 'Templates that refer to each other in a cycle, which the controller follows for ever',
  *check(template) {
    for (const [index, reference] of (template.spec.templates ?? []).entries()) {
      const inside = template.referred(reference)
      if (!inside || !template.isReachedFrom(inside)) continue
      yield {
        path: ['templates', index, 'templateName'],
        problem: `${template.name} refers to itself, through ${inside.name}`,
        cure: 'Remove one of the references',
      }
    }
  },
}
