import type { Binary, Node } from './ast.ts'
import { UnreadableError } from './fault.ts'

/** A part of an expression without parentheses around it, as it is written from left to right. */
export type Item =
  | { kind: 'operand'; node: Node }
  | { kind: 'prefix'; operator: string; start: number }
  | ({ kind: 'infix' } & Pick<Binary, 'operator' | 'bool' | 'matching'>)

/** How tightly operators bind (`promql/parser/generated_parser.y`); a sign binds like `*`, and what follows an operand tightest. */
const binding = new Map([
  ['or', 1],
  ...['and', 'unless'].map(operator => [operator, 2] as const),
  ...['==', '!=', '<', '<=', '>', '>=', '</', '>/'].map(operator => [operator, 3] as const),
  ...['+', '-'].map(operator => [operator, 4] as const),
  ...['*', '/', '%', 'atan2'].map(operator => [operator, 5] as const),
  ['^', 6],
])
const sign = 5

/**
 * Joins what stands in a row by the binding of its operators. The editor's grammar does not tell that: it takes
 * `a / b[5m]` for a range of a division.
 */
export function join(items: readonly Item[]): Node {
  let at = 0

  function expression(least: number): Node {
    let left = operand()
    for (;;) {
      const infix = items[at]
      if (infix?.kind !== 'infix') return left
      const strength = binding.get(infix.operator) ?? 0
      if (strength < least) return left
      at++
      const right = expression(infix.operator === '^' ? strength : strength + 1)
      const { operator, bool, matching } = infix
      left = { kind: 'binary', operator, bool, matching, left, right, start: left.start, end: right.end }
    }
  }

  function operand(): Node {
    const item = items[at++]
    if (item?.kind === 'operand') return item.node
    if (item?.kind !== 'prefix') throw new UnreadableError('the query has a form that is not read here')
    const inside = expression(sign + 1)
    return { kind: 'unary', operator: item.operator, operand: inside, start: item.start, end: inside.end }
  }

  return expression(0)
}
