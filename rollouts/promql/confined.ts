import { type Binary, type Grouping, type Matcher, type Node, walk } from './ast.ts'
import { UnreadableError } from './fault.ts'
import { type Filled, fillQuery } from './fill.ts'
import { setOperators } from './operators.ts'
import { typeOf } from './type-of.ts'

const marks = { cluster: 'stovepipe-cluster', stable: 'stovepipe-stable-digest' }

/**
 * Whether a query reads the series of `{{args.cluster}}`, and beside them only those of what it is compared with: the
 * release of `{{args.stable-digest}}`, the tracks stable and baseline, or other clusters by name. A selector needs a
 * matcher for that, save one that is joined, series by series of one cluster, with what has one. False for a query
 * without selectors, and for one that cannot be parsed, or only when its arguments are known.
 */
export function isConfinedToCluster(query: string, known: ReadonlyMap<string, string> = new Map()): boolean {
  if (Object.values(marks).some(mark => query.includes(mark))) return false
  const filled = fillUnlessUnreadable(
    query,
    new Map([...known, ['cluster', marks.cluster], ['stable-digest', marks.stable]]),
  )
  return filled.kind === 'parsed' && [...walk(filled.node)].some(takesCluster) && isConfined(filled.node)
}

function takesCluster(node: Node): boolean {
  return (
    node.kind === 'selector' &&
    node.matchers.some(each => /^=~?$/.test(each.operator) && each.value.includes(marks.cluster))
  )
}

function isConfined(node: Node): boolean {
  switch (node.kind) {
    case 'number':
    case 'string':
      return true
    case 'selector':
      return node.matchers.some(confines)
    case 'range':
    case 'subquery':
    case 'modified':
    case 'paren':
    case 'unary':
      return isConfined(node.operand)
    case 'binary':
      if (node.operator === 'unless') return isConfined(node.left)
      return joinsByCluster(node)
        ? isConfined(node.left) || isConfined(node.right)
        : isConfined(node.left) && isConfined(node.right)
    case 'aggregation':
    case 'call':
      return node.arguments.every(isConfined)
  }
}

function confines({ label, operator, value }: Matcher): boolean {
  if (value.includes(marks.cluster))
    return operator !== '=~' || value.split('|').every(each => each.includes(marks.cluster))
  if (operator === '=' && /(?:^|_)track$/.test(label)) return value === 'stable' || value === 'baseline'
  return /^=~?$/.test(operator) && value.includes(marks.stable)
}

/** Whether only series of the same cluster meet, so that what confines one side confines the other. */
function joinsByCluster({ operator, matching, left, right }: Binary): boolean {
  const vectors = typeOf(left) === 'vector' && typeOf(right) === 'vector'
  if (!vectors || (setOperators.has(operator) && operator !== 'and')) return false
  if (matching?.kind === 'on') return matching.labels.includes('cluster') && keepsCluster(left) && keepsCluster(right)
  return !matching?.labels.includes('cluster') && keepsCluster(left) && keepsCluster(right)
}

/** Whether a vector's samples still have the label cluster. */
function keepsCluster(node: Node): boolean {
  switch (node.kind) {
    case 'number':
    case 'string':
      return false
    case 'selector':
      return true
    case 'range':
    case 'subquery':
    case 'modified':
    case 'paren':
    case 'unary':
      return keepsCluster(node.operand)
    case 'binary':
      if (node.operator === 'or') return keepsCluster(node.left) && keepsCluster(node.right)
      return keepsCluster(typeOf(node.left) === 'vector' ? node.left : node.right)
    case 'aggregation':
      return groupsByCluster(node.operator, node.grouping) && node.arguments.slice(-1).every(keepsCluster)
    case 'call':
      return node.name !== 'vector' && !node.name.startsWith('absent') && node.arguments.some(keepsCluster)
  }
}

function groupsByCluster(operator: string, grouping: Grouping | undefined): boolean {
  if (/^(?:topk|bottomk|limitk|limit_ratio)$/.test(operator)) return true
  return grouping ? (grouping.kind === 'by') === grouping.labels.includes('cluster') : false
}

function fillUnlessUnreadable(query: string, values: ReadonlyMap<string, string>): Filled {
  try {
    return fillQuery(query, values)
  } catch (error) {
    if (error instanceof UnreadableError) return { kind: 'open' }
    throw error
  }
}
