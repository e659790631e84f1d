import type { SyntaxNode, Tree } from '@lezer/common'
import type { Duration, Grouping, Matcher, Matching, MatchOperator, Modified, Node } from './ast.ts'
import { type Item, join } from './chain.ts'
import { parsePromDuration } from './duration.ts'
import { PromqlError, UnreadableError } from './fault.ts'
import { numberOf, unquote } from './literal.ts'

/** Makes expressions of the grammar's tree, which must hold no error. Throws a PromqlError for a string that is none. */
export function readTree(tree: Tree, query: string): Node {
  const top = childrenOf(tree.topNode).find(isExpression)
  if (!top) throw new PromqlError({ kind: 'syntax', problem: 'the query is empty', start: 0, end: query.length })
  return new Reader(query).expression(top)
}

const deepest = 600

/** What may follow an operand, by the name of the node around both. */
const suffixes = new Map<string, Modified['modifier'] | undefined>([
  ['MatrixSelector', undefined],
  ['SubqueryExpr', undefined],
  ['OffsetExpr', 'offset'],
  ['StepInvariantExpr', '@'],
  ['AnchoredExpr', 'anchored'],
  ['SmoothedExpr', 'smoothed'],
])

class Reader {
  readonly #query: string
  #depth = 0

  constructor(query: string) {
    this.#query = query
  }

  expression(node: SyntaxNode): Node {
    if (++this.#depth > deepest) throw new UnreadableError(`the query is nested more than ${deepest} levels deep`)
    const read = this.#read(node)
    this.#depth--
    return read
  }

  #read(node: SyntaxNode): Node {
    const span = { start: node.from, end: node.to }
    const inside = childrenOf(node)
    switch (node.name) {
      case 'NumberDurationLiteral':
        return { kind: 'number', value: numberOf(this.#text(node)), ...span }
      case 'StringLiteral':
        return { kind: 'string', value: this.#string(node), ...span }
      case 'VectorSelector':
        return { kind: 'selector', ...this.#selector(inside), ...span }
      case 'ParenExpr':
        return { kind: 'paren', operand: this.expression(first(inside.filter(isExpression))), ...span }
      case 'AggregateExpr':
        return {
          kind: 'aggregation',
          operator: this.#text(first(inside.filter(({ name }) => name === 'AggregateOp'))).toLowerCase(),
          grouping: this.#grouping(inside.find(({ name }) => name === 'AggregateModifier')),
          arguments: this.#arguments(inside),
          ...span,
        }
      case 'FunctionCall':
        return { kind: 'call', name: this.#text(first(inside)), arguments: this.#arguments(inside), ...span }
      default: {
        const items: Item[] = []
        this.#collect(node, items)
        return join(items)
      }
    }
  }

  /** Takes operators, what follows an operand, and operands in the order in which they are written. */
  #collect(node: SyntaxNode, into: Item[]): void {
    if (++this.#depth > deepest) throw new UnreadableError(`the query is nested more than ${deepest} levels deep`)
    const inside = childrenOf(node)
    const operands = inside.filter(isExpression)
    if (node.name === 'BinaryExpr') {
      const [left, right] = operands
      this.#collect(first(left ? [left] : []), into)
      into.push({ kind: 'infix', ...this.#operator(inside) })
      this.#collect(first(right ? [right] : []), into)
    } else if (node.name === 'UnaryExpr') {
      into.push({ kind: 'prefix', operator: this.#text(first(inside)), start: node.from })
      this.#collect(first(operands), into)
    } else if (suffixes.has(node.name)) {
      this.#collect(first(operands), into)
      const last = into.pop()
      if (last?.kind !== 'operand') throw new UnreadableError('the query has a form that is not read here')
      into.push({ kind: 'operand', node: this.#suffixed(node, inside, last.node) })
    } else {
      into.push({ kind: 'operand', node: this.expression(node) })
    }
    this.#depth--
  }

  #suffixed(node: SyntaxNode, inside: readonly SyntaxNode[], operand: Node): Node {
    const span = { start: operand.start, end: node.to }
    const durations = inside.filter(({ name }) => /DurationExpr$/.test(name)).map(each => this.#duration(each))
    if (node.name === 'MatrixSelector') return { kind: 'range', operand, range: first(durations), ...span }
    if (node.name === 'SubqueryExpr') {
      return { kind: 'subquery', operand, range: first(durations), step: durations[1], ...span }
    }
    const modifier = suffixes.get(node.name) ?? '@'
    return { kind: 'modified', modifier, operand, offset: durations[0], ...span }
  }

  #selector(inside: readonly SyntaxNode[]) {
    const name = inside.find(each => each.name === 'Identifier')
    const list = childrenOf(inside.find(each => each.name === 'LabelMatchers'))
    const quoted = list.find(each => each.name === 'QuotedLabelName')
    const matchers = list.filter(each => /LabelMatcher$/.test(each.name)).map(each => this.#matcher(each))
    return { metric: name ? this.#text(name) : quoted && this.#string(quoted), matchers }
  }

  #matcher(node: SyntaxNode): Matcher {
    const [label, operator, value] = childrenOf(node)
    return {
      label: label?.name === 'QuotedLabelName' ? this.#string(label) : this.#text(first(label ? [label] : [])),
      operator: operatorNamed(operator ? this.#text(operator) : '='),
      value: value ? this.#string(value) : '',
      start: node.from,
      end: node.to,
    }
  }

  #operator(inside: readonly SyntaxNode[]) {
    const operator = inside.find(each => !isExpression(each) && !/Modifier|Clause/.test(each.name))
    const clause = inside.find(({ name }) => name === 'MatchingModifierClause')
    return {
      operator: operator ? this.#text(operator).toLowerCase() : '',
      bool: inside.some(({ name }) => name === 'BoolModifier'),
      matching: clause && this.#matching(clause),
    }
  }

  #matching(clause: SyntaxNode): Matching {
    const inside = childrenOf(clause)
    const names = new Set(inside.map(({ name }) => name))
    return {
      kind: names.has('On') ? 'on' : 'ignoring',
      labels: this.#labels(inside.find(({ name }) => name === 'GroupingLabels')),
      group: names.has('GroupLeft') ? 'left' : names.has('GroupRight') ? 'right' : undefined,
    }
  }

  #grouping(modifier: SyntaxNode | undefined): Grouping | undefined {
    if (!modifier) return undefined
    const inside = childrenOf(modifier)
    const kind = inside.some(({ name }) => name === 'By') ? 'by' : 'without'
    return { kind, labels: this.#labels(inside.find(({ name }) => name === 'GroupingLabels')) }
  }

  #labels(node: SyntaxNode | undefined): string[] {
    return childrenOf(node).map(each => (each.name === 'QuotedLabelName' ? this.#string(each) : this.#text(each)))
  }

  #arguments(inside: readonly SyntaxNode[]): Node[] {
    return childrenOf(inside.find(({ name }) => name === 'FunctionCallBody'))
      .filter(isExpression)
      .map(each => this.expression(each))
  }

  #duration(node: SyntaxNode): Duration {
    const text = this.#text(node).replace(/\s+/g, '')
    const ms = parsePromDuration(text.replace(/^[+-]/, ''))
    return { ms: ms === undefined ? undefined : text.startsWith('-') ? -ms : ms, start: node.from, end: node.to }
  }

  #string(node: SyntaxNode): string {
    const text = unquote(this.#text(node))
    if (text !== undefined) return text
    const closed = node.to - node.from > 1 && this.#query[node.to - 1] === this.#query[node.from]
    const problem = closed ? 'a string holds an escape that is none' : 'a string is not closed'
    throw new PromqlError({ kind: 'syntax', problem, start: node.from, end: node.to })
  }

  #text(node: SyntaxNode): string {
    return this.#query.slice(node.from, node.to)
  }
}

function childrenOf(node: SyntaxNode | undefined): SyntaxNode[] {
  const found: SyntaxNode[] = []
  for (let child = node?.firstChild; child; child = child.nextSibling) {
    if (child.name !== 'LineComment') found.push(child)
  }
  return found
}

function isExpression({ type }: SyntaxNode): boolean {
  return type.is('Expr')
}

function first<T>([item]: readonly T[]): T {
  if (item === undefined) throw new UnreadableError('the query has a form that is not read here')
  return item
}

function operatorNamed(text: string): MatchOperator {
  return text === '!=' || text === '=~' || text === '!~' ? text : '='
}
