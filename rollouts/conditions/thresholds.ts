import { children, type Node } from './ast.ts'
import { builtins } from './builtins/index.ts'
import { ConditionError } from './condition-error.ts'
import { conditionEnvironment } from './environment.ts'
import { parse } from './parser.ts'
import { UnsupportedConditionError } from './unsupported.ts'

/** A number that a condition compares a measured value with: `value operator number` makes (that part of) it true. */
export type Threshold = { operator: Operator; value: number }

type Operator = '<' | '<=' | '>' | '>=' | '==' | '!='

/** No more lines than a plot can hold. */
const most = 8

/**
 * Finds the numbers that a condition compares `result`, one of its elements, or all of them (`all(result, # < 1)`) with,
 * for people to see where the bounds are. The length of the result, calculations and whatever else is passed over, and a
 * condition that does not parse has none: the verdict never depends on this.
 */
export function thresholdsOf(source: string): Threshold[] {
  const found = new Map<string, Threshold>()
  for (const threshold of walk(parsed(source), false, false)) {
    if (found.size < most) found.set(`${threshold.operator}${threshold.value}`, threshold)
  }
  return [...found.values()]
}

function parsed(source: string): Node | undefined {
  const environment = new Set(conditionEnvironment({ kind: 'scalar', value: 0 }).keys())
  try {
    return parse(source, { environment, builtins: new Set(builtins.keys()) })
  } catch (error) {
    if (error instanceof ConditionError || error instanceof UnsupportedConditionError) return undefined
    throw error
  }
}

/** `negated`: under a `not`. `each`: within a predicate over the result, where `#` is one of its elements. */
function* walk(node: Node | undefined, negated: boolean, each: boolean): Iterable<Threshold> {
  if (node === undefined) return
  if (node.kind === 'unary' && /^(?:!|not)$/.test(node.operator)) return yield* walk(node.operand, !negated, each)
  if (node.kind === 'builtin' && /^(?:all|any|none)$/.test(node.name)) {
    const [list, predicate] = node.arguments
    if (list && isMeasured(list, each)) yield* walk(predicate, negated !== (node.name === 'none'), true)
    return
  }
  if (node.kind === 'binary' && isOperator(node.operator)) {
    const [left, right] = [numberOf(node.left), numberOf(node.right)]
    const operator = negated ? opposite[node.operator] : node.operator
    if (right !== undefined && isMeasured(node.left, each)) yield { operator, value: right }
    if (left !== undefined && isMeasured(node.right, each)) yield { operator: mirrored[operator], value: left }
    return
  }
  for (const child of children(node)) yield* walk(child, negated, each)
}

const opposite: Readonly<Record<Operator, Operator>> = {
  ...{ '<': '>=', '<=': '>', '>': '<=', '>=': '<', '==': '!=', '!=': '==' },
}

const mirrored: Readonly<Record<Operator, Operator>> = {
  ...{ '<': '>', '<=': '>=', '>': '<', '>=': '<=', '==': '==', '!=': '!=' },
}

function isOperator(operator: string): operator is Operator {
  return Object.hasOwn(opposite, operator)
}

/** Whether a node is a measured value: `result`, `result[0]`, `asFloat(result[0])`, `first(result)`, `#`. */
function isMeasured(node: Node, each: boolean): boolean {
  switch (node.kind) {
    case 'identifier':
      return node.name === 'result'
    case 'pointer':
      return each && node.name === ''
    case 'chain':
      return isMeasured(node.node, each)
    case 'member':
      return isMeasured(node.node, each) && numberOf(node.property) !== undefined
    case 'call':
      return (
        node.callee.kind === 'identifier' &&
        /^(?:asInt|asFloat|default)$/.test(node.callee.name) &&
        node.arguments[0] !== undefined &&
        isMeasured(node.arguments[0], each)
      )
    case 'builtin':
      return (
        /^(?:int|float|first|last|max|min)$/.test(node.name) &&
        node.arguments.length === 1 &&
        node.arguments[0] !== undefined &&
        isMeasured(node.arguments[0], each)
      )
    default:
      return false
  }
}

/** The value of a number that is written down, or calculated from such: `-1`, `0.5 / 100`. */
function numberOf(node: Node): number | undefined {
  const value = calculate(node)
  return value !== undefined && Number.isFinite(value) ? value : undefined
}

function calculate(node: Node): number | undefined {
  if (node.kind === 'integer') return Number(node.value)
  if (node.kind === 'float') return node.value
  if (node.kind === 'unary' && (node.operator === '-' || node.operator === '+')) {
    const value = calculate(node.operand)
    return value === undefined ? undefined : node.operator === '-' ? -value : value
  }
  if (node.kind !== 'binary') return undefined
  const [left, right] = [calculate(node.left), calculate(node.right)]
  const apply = arithmetic.get(node.operator)
  return left === undefined || right === undefined ? undefined : apply?.(left, right)
}

const arithmetic = new Map<string, (left: number, right: number) => number>([
  ['+', (left, right) => left + right],
  ['-', (left, right) => left - right],
  ['*', (left, right) => left * right],
  ['/', (left, right) => left / right],
])
