import { type Aggregation, type Binary, type Call, type Node, walk } from './ast.ts'
import { comparisons } from './operators.ts'
import { typeOf, type Unknowns } from './type-of.ts'

/** Functions that tell how fast a counter grows, from at least two of its samples. */
export const rates: ReadonlySet<string> = new Set(['rate', 'irate', 'increase'])

/** The number that an expression of literals is; undefined for anything else. */
export function constantOf(node: Node): number | undefined {
  switch (node.kind) {
    case 'number':
      return node.value
    case 'paren':
      return constantOf(node.operand)
    case 'unary': {
      const value = constantOf(node.operand)
      return value === undefined || node.operator !== '-' ? value : -value
    }
    case 'binary': {
      const [left, right] = [constantOf(node.left), constantOf(node.right)]
      return left === undefined || right === undefined ? undefined : arithmetic.get(node.operator)?.(left, right)
    }
    case 'call': {
      const [only] = node.arguments
      return only && (node.name === 'vector' || node.name === 'scalar') ? constantOf(only) : undefined
    }
    default:
      return undefined
  }
}

const arithmetic = new Map<string, (left: number, right: number) => number>([
  ['+', (left, right) => left + right],
  ['-', (left, right) => left - right],
  ['*', (left, right) => left * right],
  ['/', (left, right) => left / right],
  ['^', (left, right) => left ** right],
])

/** Whether a vector may come out without any sample. What arguments make is taken for certain to have one. */
export function mayBeEmpty(node: Node, unknown: Unknowns = () => false): boolean {
  const inside = (each: Node | undefined): boolean => each !== undefined && mayBeEmpty(each, unknown)
  switch (node.kind) {
    case 'number':
    case 'string':
      return false
    case 'selector':
    case 'range':
      return typeOf(node, unknown) !== undefined
    case 'subquery':
    case 'modified':
    case 'paren':
    case 'unary':
      return inside(node.operand)
    case 'binary':
      if (node.operator === 'or') return inside(node.left) && inside(node.right)
      if (node.operator === 'and' || node.operator === 'unless') return true
      if (comparisons.has(node.operator) && !node.bool) return true
      return inside(node.left) || inside(node.right)
    case 'aggregation':
      return inside(node.arguments.at(-1))
    case 'call':
      if (/^absent/.test(node.name)) return true
      return typeOf(node, unknown) === 'vector' && node.arguments.some(inside)
  }
}

/**
 * The part of an expression that makes NaN without traffic, which nothing around it takes out again: a division by what
 * may be 0, or a quantile of no observations. Undefined when there is none.
 */
export function notANumber(node: Node, unknown: Unknowns = () => false): Binary | Call | undefined {
  const inside = (...nodes: (Node | undefined)[]) =>
    nodes.reduce<Binary | Call | undefined>((found, each) => found ?? (each && notANumber(each, unknown)), undefined)
  switch (node.kind) {
    case 'number':
    case 'string':
    case 'selector':
    case 'range':
      return undefined
    case 'subquery':
    case 'modified':
    case 'paren':
    case 'unary':
      return inside(node.operand)
    case 'binary':
      // NaN compares false, so a comparison takes it out, save `!=`.
      if (comparisons.has(node.operator)) return node.operator === '!=' && !node.bool ? inside(node.left) : undefined
      if (node.operator === 'and' || node.operator === 'unless') return inside(node.left)
      if (node.operator !== '/' && node.operator !== '%') return inside(node.left, node.right)
      return countsTraffic(node.right) && mayBeZero(node.right, unknown) ? node : inside(node.left, node.right)
    case 'aggregation':
      return /^count/.test(node.operator) || node.operator === 'group' ? undefined : inside(...node.arguments)
    case 'call':
      if (/^histogram_(?:quantiles?|fraction|avg)$/.test(node.name)) return node
      return /^(?:absent|timestamp|count_over_time|present_over_time)/.test(node.name)
        ? undefined
        : inside(...node.arguments)
  }
}

/** Whether a value may be 0, as far as the expression tells. */
function mayBeZero(node: Node, unknown: Unknowns): boolean {
  const constant = constantOf(node)
  if (constant !== undefined) return constant === 0
  const inside = (each: Node | undefined): boolean => each === undefined || mayBeZero(each, unknown)
  switch (node.kind) {
    case 'modified':
    case 'paren':
    case 'unary':
      return inside(node.operand)
    case 'binary':
      return mayBinaryBeZero(node, inside)
    case 'aggregation':
      return mayAggregationBeZero(node, inside)
    case 'call':
      return mayCallBeZero(node, inside)
    default:
      return true
  }
}

type Inside = (node: Node | undefined) => boolean

function mayBinaryBeZero({ operator, left, right, bool }: Binary, inside: Inside): boolean {
  const limit = constantOf(right)
  const [first, second] = [constantOf(left), limit]
  switch (operator) {
    case '>':
    case '!=':
      return bool || limit === undefined || limit < 0 || (operator === '!=' && limit !== 0)
        ? inside(left) || bool
        : false
    case '>=':
      return bool || limit === undefined || limit <= 0
    case '+':
      // What is counted is not negative: with something positive added it is never 0.
      return !((first ?? 0) > 0 || (second ?? 0) > 0)
    case '*':
    case '/':
      return inside(left) || (operator === '*' && inside(right))
    case 'and':
    case 'unless':
    case '^':
      return inside(left)
    default:
      return inside(left) || inside(right)
  }
}

function mayAggregationBeZero({ operator, arguments: given }: Aggregation, inside: Inside): boolean {
  if (operator === 'count' || operator === 'group') return false
  return /^(?:sum|avg|min|max|quantile|topk|bottomk)$/.test(operator) ? inside(given.at(-1)) : true
}

function mayCallBeZero({ name, arguments: given }: Call, inside: Inside): boolean {
  const [value, least] = given
  if (name === 'clamp_min' || name === 'clamp') return !(least && (constantOf(least) ?? 0) > 0)
  if (name === 'exp' || name === 'time') return false
  return /^(?:abs|ceil|scalar|sort|sort_desc|sqrt|vector|label_replace|label_join)$/.test(name) ? inside(value) : true
}

/** Whether an expression follows how much is going on: counters, or what their names tell to be some. */
function countsTraffic(node: Node): boolean {
  return [...walk(node)].some(each => {
    if (each.kind === 'call') return rates.has(each.name)
    return each.kind === 'selector' && /_(?:total|count|sum|bucket)$/.test(each.metric ?? '')
  })
}
