import { type Aggregation, type Binary, type Call, children, type Modified, type Node, type Span } from './ast.ts'
import type { QueryFault } from './fault.ts'
import { comparisons, setOperators } from './operators.ts'
import { selectorFaults } from './selector-faults.ts'
import { signatureOf, type ValueType } from './signature.ts'
import { typeOf, type Unknowns } from './type-of.ts'

/**
 * What Prometheus refuses though the grammar allows it (`promql/parser/parse.go`, checkAST): wrong types and numbers of
 * arguments, operators between what has none, selectors of everything, patterns that are none. Innermost first.
 */
export function typeFaults(node: Node, unknown: Unknowns = () => false): QueryFault[] {
  return [...children(node).flatMap(child => typeFaults(child, unknown)), ...faultsOf(node, unknown)].map(fault => ({
    kind: 'type',
    problem: fault.problem,
    start: fault.start,
    end: fault.end,
  }))
}

type Found = { problem: string } & Span

const words: Readonly<Record<ValueType, string>> = {
  scalar: 'a scalar',
  vector: 'an instant vector',
  matrix: 'a range vector',
  string: 'a string',
}

function* faultsOf(node: Node, unknown: Unknowns): Iterable<Found> {
  const is = (each: Node, ...types: ValueType[]): boolean => {
    const type = typeOf(each, unknown)
    return type === undefined || types.includes(type)
  }
  const found = (each: Node): string => words[typeOf(each, unknown) ?? 'vector']
  switch (node.kind) {
    case 'call':
      yield* callFaults(node, is, found)
      return
    case 'aggregation':
      yield* aggregationFaults(node, is, found)
      return
    case 'binary':
      yield* binaryFaults(node, is, found)
      return
    case 'unary':
      if (!is(node.operand, 'scalar', 'vector')) {
        yield { problem: `a sign cannot stand before ${found(node.operand)}`, start: node.start, end: node.end }
      }
      return
    case 'range':
      if (node.operand.kind !== 'selector') {
        yield { ...spanOf(node.operand), problem: 'a range needs a selector; of anything else, write a subquery [5m:]' }
      }
      if (node.range.ms !== undefined && node.range.ms <= 0)
        yield { problem: 'a range must be longer than 0', ...spanOf(node.range) }
      return
    case 'subquery':
      if (!is(node.operand, 'vector')) {
        yield {
          ...spanOf(node.operand),
          problem: `a subquery needs an instant vector, and this is ${found(node.operand)}`,
        }
      }
      return
    case 'selector':
      yield* selectorFaults(node, unknown)
      return
    case 'number':
    case 'string':
    case 'paren':
      return
    case 'modified':
      yield* modifierFaults(node)
  }
}

type Is = (node: Node, ...types: ValueType[]) => boolean
type Word = (node: Node) => string

/** A modifier goes behind what is selected, once. */
function* modifierFaults({ modifier, operand, start, end }: Modified): Iterable<Found> {
  let inside: Node = operand
  while (inside.kind === 'modified') {
    if (inside.modifier === modifier) yield { problem: `${modifier} is given twice`, start, end }
    inside = inside.operand
  }
  if (inside.kind === 'selector' || inside.kind === 'range' || inside.kind === 'subquery') return
  yield { problem: `${modifier} must stand behind a selector, its range, or a subquery`, start, end }
}

function* callFaults({ name, arguments: given, start, end }: Call, is: Is, found: Word): Iterable<Found> {
  const signature = signatureOf(name)
  if (!signature) {
    yield { problem: `there is no function ${name}`, start, end: start + name.length }
    return
  }
  const { parameters, least, most } = signature
  if (given.length < least || given.length > most) {
    const wanted = least === most ? `${least}` : most === Infinity ? `${least} or more` : `${least} to ${most}`
    yield {
      problem: `${name}() takes ${wanted} argument${wanted === '1' ? '' : 's'}, and has ${given.length}`,
      start,
      end,
    }
    return
  }
  for (const [index, argument] of given.entries()) {
    const wanted = parameters[index] ?? parameters.at(-1)
    if (wanted === undefined || is(argument, wanted)) continue
    yield { problem: `${name}() needs ${words[wanted]}, and this is ${found(argument)}`, ...spanOf(argument) }
  }
}

const parameterTypes = new Map<string, ValueType>([
  ...['topk', 'bottomk', 'quantile', 'limitk', 'limit_ratio'].map(name => [name, 'scalar'] as const),
  ['count_values', 'string'],
])

function* aggregationFaults(
  { operator, arguments: given, start, end }: Aggregation,
  is: Is,
  found: Word,
): Iterable<Found> {
  const parameter = parameterTypes.get(operator)
  const wanted: ValueType[] = parameter ? [parameter, 'vector'] : ['vector']
  if (given.length !== wanted.length) {
    const takes = parameter ? `${words[parameter]} and ${words.vector}` : words.vector
    yield {
      problem: `${operator}() takes ${takes}, and has ${given.length} argument${given.length === 1 ? '' : 's'}`,
      start,
      end,
    }
    return
  }
  for (const [index, argument] of given.entries()) {
    const type = wanted[index] ?? 'vector'
    if (!is(argument, type))
      yield { problem: `${operator}() needs ${words[type]}, and this is ${found(argument)}`, ...spanOf(argument) }
  }
}

function* binaryFaults(node: Binary, is: Is, found: Word): Iterable<Found> {
  const { operator, left, right, bool, matching, start, end } = node
  for (const side of [left, right]) {
    if (!is(side, 'scalar', 'vector')) yield { problem: `${operator} cannot take ${found(side)}`, ...spanOf(side) }
  }
  if (bool && !comparisons.has(operator)) yield { problem: 'bool goes with comparisons only', start, end }
  const vectors = is(left, 'vector') && is(right, 'vector')
  const scalars = !is(left, 'vector', 'matrix', 'string') && !is(right, 'vector', 'matrix', 'string')
  if (scalars && comparisons.has(operator) && !bool) {
    yield { problem: `${operator} between two scalars needs bool: 1 ${operator} bool 2`, start, end }
  }
  if (setOperators.has(operator) && !vectors)
    yield { problem: `${operator} needs an instant vector on both sides`, start, end }
  if (!vectors && matching && matching.labels.length > 0)
    yield { problem: `${matching.kind}() goes with instant vectors on both sides`, start, end }
  if (setOperators.has(operator) && matching?.group)
    yield { problem: `group_${matching.group} does not go with ${operator}`, start, end }
}

function spanOf({ start, end }: Span): Span {
  return { start, end }
}
