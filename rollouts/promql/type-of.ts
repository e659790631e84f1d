import type { Node, Span } from './ast.ts'
import { signatureOf, type ValueType } from './signature.ts'

/** Which parts of a query stand for anything, as arguments make them when it runs. */
export type Unknowns = (node: Span) => boolean

/** What an expression gives; undefined when that is up to an argument. */
export function typeOf(node: Node, unknown: Unknowns = () => false): ValueType | undefined {
  switch (node.kind) {
    case 'number':
      return 'scalar'
    case 'string':
      return 'string'
    case 'selector':
      return unknown(node) && node.matchers.length === 0 ? undefined : 'vector'
    case 'range':
    case 'subquery':
      return 'matrix'
    case 'modified':
    case 'paren':
    case 'unary':
      return typeOf(node.operand, unknown)
    case 'binary': {
      const types = [typeOf(node.left, unknown), typeOf(node.right, unknown)]
      if (types.includes('vector')) return 'vector'
      return types.includes(undefined) ? undefined : 'scalar'
    }
    case 'aggregation':
      return 'vector'
    case 'call':
      return signatureOf(node.name)?.result
  }
}
