import { piecesOf } from '../../promql/index.ts'
import type { Rule } from '../rule.ts'
import { textsOf } from './texts.ts'

export const unusedArgument: Rule = {
  id: 'unused-argument',
  severity: 'warning',
  scope: 'template',
  about: 'An argument without a value that nothing uses: every run must supply it all the same',
  *check(template) {
    const used = new Set(
      template.together.flatMap(textsOf).flatMap(({ text }) =>
        piecesOf(text, new Map())
          .filter(({ kind }) => kind === 'open')
          .map(({ start, end }) => text.slice(start + 2, end - 2).trim()),
      ),
    )
    for (const [index, { name, value, valueFrom }] of (template.spec.args ?? []).entries()) {
      if (value !== undefined || valueFrom !== undefined || used.has(`args.${name}`)) continue
      yield {
        path: ['args', index, 'name'],
        problem: `nothing uses the argument ${JSON.stringify(name)}, and yet every run must supply it`,
        cure: 'Remove it, or give it a value',
      }
    }
  },
}
