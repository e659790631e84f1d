import type { Binary, Conditional, Node, Unary } from './ast.ts'
import { binaryPrecedence, bindsRight, isBoolean, unaryPrecedence } from './grammar.ts'
import { isIdentifier } from './lexer.ts'
import { formatFloat } from './numbers.ts'
import { quote } from './quote.ts'
import { UnsupportedConditionError } from './unsupported.ts'

/**
 * Writes a tree as an expression (`ast/print.go`). The optimizer holds two trees for the same when their texts are:
 * `1` and `1.0` are, for instance.
 */
export function print(node: Node): string {
  switch (node.kind) {
    case 'nil':
      return 'nil'
    case 'identifier':
      return node.name
    case 'integer':
    case 'bool':
      return String(node.value)
    case 'float':
      return formatFloat(node.value)
    case 'string':
      return quote(node.value)
    case 'constant':
      return `[${node.items.map(printConstant).join(',')}]`
    case 'unary':
      return printUnary(node)
    case 'binary':
      return printBinary(node)
    case 'chain':
    case 'predicate':
      return print(node.node)
    case 'member':
      return printMember(node)
    case 'slice':
      return `${print(node.node)}[${node.from ? print(node.from) : ''}:${node.to ? print(node.to) : ''}]`
    case 'call':
      return `${print(node.callee)}(${node.arguments.map(print).join(', ')})`
    case 'builtin':
      return `${node.name}(${node.arguments.map(print).join(', ')})`
    case 'pointer':
      return `#${node.name}`
    case 'declaration':
      return `let ${node.name} = ${print(node.value)}; ${print(node.body)}`
    case 'sequence':
      return node.nodes.map(print).join('; ')
    case 'conditional':
      return printConditional(node)
    case 'array':
      return `[${node.nodes.map(print).join(', ')}]`
    case 'map':
      return `{${node.pairs.map(print).join(', ')}}`
    case 'pair':
      return printPair(node)
  }
}

/** Constants are written as JSON, which has no word for NaN and infinity: expr-lang panics there. */
function printConstant(node: Node): string {
  if (node.kind === 'float' && !Number.isFinite(node.value)) {
    throw new UnsupportedConditionError('a list with a literal that is not finite, in two predicates joined by and/or')
  }
  return print(node)
}

function printUnary({ operator, operand }: Unary): string {
  const sign = operator === 'not' ? 'not ' : operator
  const wrap =
    operand.kind === 'conditional' ||
    (operand.kind === 'binary' && (binaryPrecedence[operand.operator] ?? 0) < (unaryPrecedence[operator] ?? 0))
  return wrap ? `${sign}(${print(operand)})` : `${sign}${print(operand)}`
}

function printBinary(node: Binary): string {
  const { operator, left, right } = node
  if (operator === '..') return `${print(left)}..${print(right)}`
  const leftText = wrapsLeft(node) ? `(${print(left)})` : print(left)
  const rightText = wrapsRight(node) ? `(${print(right)})` : print(right)
  return `${leftText} ${operator} ${rightText}`
}

function wrapsLeft({ operator, left }: Binary): boolean {
  if (left.kind === 'conditional') return true
  const own = binaryPrecedence[operator] ?? 0
  if (left.kind === 'unary') return (unaryPrecedence[left.operator] ?? 0) < own
  if (left.kind !== 'binary') return false
  const other = binaryPrecedence[left.operator] ?? 0
  if (other < own || (other === own && bindsRight(operator))) return true
  return left.operator === '??' || (isBoolean(left.operator) && left.operator !== operator)
}

function wrapsRight({ operator, right }: Binary): boolean {
  if (right.kind === 'conditional') return true
  if (right.kind !== 'binary') return false
  const own = binaryPrecedence[operator] ?? 0
  const other = binaryPrecedence[right.operator] ?? 0
  if (other < own || (other === own && !bindsRight(operator))) return true
  return isBoolean(right.operator) && right.operator !== operator
}

function printMember(node: Extract<Node, { kind: 'member' }>): string {
  const { property } = node
  const from = node.node.kind === 'binary' ? `(${print(node.node)})` : print(node.node)
  const name = property.kind === 'string' && isIdentifier(property.value) ? property.value : undefined
  if (node.optional) return name === undefined ? `${from}?.[${print(property)}]` : `${from}?.${name}`
  if (name === undefined) return `${from}[${print(property)}]`
  return node.node.kind === 'pointer' ? `.${name}` : `${from}.${name}`
}

function printConditional({ ternary, condition, whenTrue, otherwise }: Conditional): string {
  if (!ternary) {
    const rest = otherwise.kind === 'conditional' && !otherwise.ternary ? print(otherwise) : `{ ${print(otherwise)} }`
    return `if ${print(condition)} { ${print(whenTrue)} } else ${rest}`
  }
  const part = (node: Node): string => (node.kind === 'conditional' ? `(${print(node)})` : print(node))
  return `${part(condition)} ? ${part(whenTrue)} : ${part(otherwise)}`
}

function printPair({ key, value }: Extract<Node, { kind: 'pair' }>): string {
  if (key.kind !== 'string') return `(${print(key)}): ${print(value)}`
  return `${isIdentifier(key.value) ? key.value : quote(key.value)}: ${print(value)}`
}
