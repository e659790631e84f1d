import { children, type Node } from './ast.ts'
import { builtins } from './builtins/index.ts'
import { conditionEnvironment } from './environment.ts'
import { parse } from './parser.ts'

/**
 * What a condition is made of: the functions it calls, the numbers it holds, and whether it makes lists or texts that may
 * be long, so that evaluating it may take a second.
 */
export type Inspection = { calls: ReadonlySet<string>; numbers: readonly number[]; heavy: boolean }

/** Looks at a condition without evaluating it. Throws a ConditionError or UnsupportedConditionError as it cannot be read. */
export function inspectCondition(source: string): Inspection {
  const environment = conditionEnvironment({ kind: 'vector', values: [] })
  const tree = parse(source, { environment: new Set(environment.keys()), builtins: new Set(builtins.keys()) })
  const calls = new Set<string>()
  const numbers: number[] = []
  let ranges = false
  const visit = (node: Node): void => {
    if (node.kind === 'builtin') calls.add(node.name)
    if (node.kind === 'call' && node.callee.kind === 'identifier') calls.add(node.callee.name)
    if (node.kind === 'binary' && node.operator === '..') ranges = true
    if (node.kind === 'integer' || node.kind === 'float') numbers.push(Number(node.value))
    children(node).forEach(visit)
  }
  visit(tree)
  return { calls, numbers, heavy: ranges || calls.has('repeat') || numbers.length > 100 }
}
