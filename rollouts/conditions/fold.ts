import { type Binary, type Constant, make, type Node, type Unary } from './ast.ts'
import { ConditionError } from './condition-error.ts'
import { boolType, floatType, intType, listType, stringType } from './go-type.ts'
import { ofType, typeOf } from './nature.ts'
import { wrap } from './numbers.ts'
import { pow } from './pow.ts'

/** Computes a node of literals (`optimizer/fold.go`); nothing when it is none. */
export function fold(node: Node): Node | undefined {
  switch (node.kind) {
    case 'unary':
      return foldUnary(node)
    case 'binary':
      return foldBinary(node)
    case 'array':
      return foldArray(node.nodes)
    case 'builtin':
      return foldFilters(node)
    default:
      return undefined
  }
}

const integer = (value: bigint): Node => ({ ...make({ kind: 'integer', value: wrap(value) }), nature: ofType(intType) })
const float = (value: number): Node => ({ ...make({ kind: 'float', value }), nature: ofType(floatType) })
const bool = (value: boolean): Node => ({ ...make({ kind: 'bool', value }), nature: ofType(boolType) })
const text = (value: string): Node => ({ ...make({ kind: 'string', value }), nature: ofType(stringType) })

function foldUnary({ operator, operand }: Unary): Node | undefined {
  const negative = operator === '-'
  if (negative || operator === '+') {
    if (operand.kind === 'integer') return integer(negative ? -operand.value : operand.value)
    return operand.kind === 'float' ? float(negative ? -operand.value : operand.value) : undefined
  }
  return operand.kind === 'bool' ? bool(!operand.value) : undefined
}

type Arithmetic = { integers?: (a: bigint, b: bigint) => bigint; floats: (a: number, b: number) => number }

const arithmetic: Readonly<Record<string, Arithmetic>> = {
  '+': { integers: (a, b) => a + b, floats: (a, b) => a + b },
  '-': { integers: (a, b) => a - b, floats: (a, b) => a - b },
  '*': { integers: (a, b) => a * b, floats: (a, b) => a * b },
  '/': { floats: (a, b) => a / b },
  '**': { floats: pow },
  '^': { floats: pow },
}

function foldBinary(node: Binary): Node | undefined {
  const { operator, left, right } = node
  const compute = arithmetic[operator]
  if (compute) {
    if (operator === '+' && left.kind === 'string' && right.kind === 'string') return text(left.value + right.value)
    if (!isNumber(left) || !isNumber(right)) return undefined
    if (compute.integers && left.kind === 'integer' && right.kind === 'integer') {
      return integer(compute.integers(left.value, right.value))
    }
    return float(compute.floats(Number(left.value), Number(right.value)))
  }
  switch (operator) {
    case '%':
      return foldRemainder(left, right)
    case 'and':
    case '&&':
      return foldLogical(node, true)
    case 'or':
    case '||':
      return foldLogical(node, false)
    case '==':
      return isPlain(left) && isPlain(right) && left.kind === right.kind ? bool(left.value === right.value) : undefined
    default:
      return undefined
  }
}

function isNumber(node: Node): node is Extract<Node, { kind: 'integer' | 'float' }> {
  return node.kind === 'integer' || node.kind === 'float'
}

/** Floats are left alone by `==`. */
function isPlain(node: Node): node is Extract<Node, { kind: 'integer' | 'string' | 'bool' }> {
  return node.kind === 'integer' || node.kind === 'string' || node.kind === 'bool'
}

function foldRemainder(left: Node, right: Node): Node | undefined {
  if (left.kind !== 'integer' || right.kind !== 'integer') return undefined
  if (right.value === 0n) throw new ConditionError('integer divide by zero')
  return integer(left.value % right.value)
}

/** `neutral` is what leaves the other side as it is: true for `and`, false for `or`. */
function foldLogical(node: Binary, neutral: boolean): Node | undefined {
  const { left, right } = node
  const [a, b] = [left.kind === 'bool' ? left.value : undefined, right.kind === 'bool' ? right.value : undefined]
  if (a === neutral) return { ...right, nature: ofType(typeOf(node.nature)) }
  if (b === neutral) return { ...left, nature: ofType(typeOf(node.nature)) }
  return a === undefined && b === undefined ? undefined : bool(!neutral)
}

function foldArray(nodes: readonly Node[]): Node | undefined {
  if (nodes.length === 0) return undefined
  const items: Constant['items'][number][] = []
  for (const node of nodes) {
    if (!isPlain(node) && !isNumber(node)) return undefined
    items.push(node)
  }
  return { ...make({ kind: 'constant', form: 'list', items }), nature: ofType(listType) }
}

/** `filter(filter(x, a), b)` is `filter(x, a && b)`. */
function foldFilters(node: Extract<Node, { kind: 'builtin' }>): Node | undefined {
  const [inner, outer] = node.arguments
  if (node.name !== 'filter' || inner?.kind !== 'builtin' || inner.name !== 'filter') return undefined
  const [over, first] = inner.arguments
  if (!over || first?.kind !== 'predicate' || outer?.kind !== 'predicate') return undefined
  const both = make({ kind: 'binary', operator: '&&', left: first.node, right: outer.node })
  const predicate = make({ kind: 'predicate', node: both })
  const folded = make({ kind: 'builtin', name: 'filter', arguments: [over, predicate], throws: false, map: undefined })
  folded.nature = ofType(typeOf(node.nature))
  return folded
}
