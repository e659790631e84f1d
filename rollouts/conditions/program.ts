import { type Node, slots } from './ast.ts'
import { builtins } from './builtins/index.ts'
import { checkPattern } from './check-binary.ts'
import { check } from './checker.ts'
import { type Environment, naturesOf } from './environment.ts'
import { evaluate } from './evaluator.ts'
import { Fuel } from './fuel.ts'
import { optimize } from './optimizer.ts'
import { parse } from './parser.ts'
import type { Value } from './value.ts'

/** An expression compiled for environments of the same types. */
export type Program = { run(environment: Environment, now: number): Value }

/**
 * Parses, checks and optimizes an expression, in the order in which expr-lang does. Throws a ConditionError with its
 * message, and an UnsupportedConditionError for what is not supported here.
 */
export function compile(source: string, environment: Environment): Program {
  const tree: Node = parse(source, {
    environment: new Set(environment.keys()),
    builtins: new Set(builtins.keys()),
  })
  check(tree, naturesOf(environment))
  const fuel = new Fuel()
  const optimized = optimize(tree, fuel)
  checkPatterns(optimized, fuel)
  return { run: (given, now) => evaluate(optimized, given, { fuel: new Fuel(), now }) }
}

/** The compiler compiles patterns that have become literals only now, whether they are ever used or not. */
function checkPatterns(node: Node, fuel: Fuel): void {
  fuel.spend()
  if (node.kind === 'binary' && node.operator === 'matches' && node.right.kind === 'string')
    checkPattern(node.right.value)
  for (const slot of slots(node)) checkPatterns(slot.get(), fuel)
  if (node.kind === 'builtin' && node.map) checkPatterns(node.map, fuel)
}
