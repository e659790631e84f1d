import {
  compileCondition,
  evaluateResult,
  type MetricResult,
  UnsupportedConditionError,
} from '../../../rollouts/conditions/index.ts'
import { type ConditionCase, type Oracle, type OracleVerdict, startOracle, verdictSchema } from '../oracle/index.ts'
import { condition, samples } from './expressions.ts'
import { type Random, randomFrom } from './random.ts'

/** What a run of the fuzzer found. */
export type ConditionReport = {
  cases: number
  /** Refused by name here, whatever the controller says. */
  rejected: number
  /** Where the controller's own answer changes from one time to the next: it walks its maps in random order. */
  undecided: number
  /** Another verdict, or another message. */
  differences: { seed: number; asked: ConditionCase; ours: unknown; theirs: OracleVerdict }[]
}

/** Evaluates random conditions here and with the controller's evaluator; each case has a seed of its own. */
export async function fuzzConditions(
  program: string,
  { seed, cases }: { seed: number; cases: number },
): Promise<ConditionReport> {
  const oracle = startOracle(program, 'conditions', (answer): OracleVerdict => verdictSchema.parse(answer))
  const report: ConditionReport = { cases, rejected: 0, undecided: 0, differences: [] }
  try {
    for (let from = seed; from < seed + cases; from += 1000) {
      const seeds = Array.from({ length: Math.min(1000, seed + cases - from) }, (_, index) => from + index)
      await Promise.all(seeds.map(each => compare(oracle, each, report)))
    }
  } finally {
    await oracle.close()
  }
  return report
}

async function compare(
  oracle: Oracle<ConditionCase, OracleVerdict>,
  seed: number,
  report: ConditionReport,
): Promise<void> {
  const asked = conditionCase(randomFrom(seed))
  const answer = oracle.ask(asked)
  const ours = judge(asked)
  const theirs = await answer
  if (ours === 'rejected') {
    report.rejected++
    return
  }
  if (same(ours, theirs)) return
  const again = await Promise.all(Array.from({ length: 12 }, () => oracle.ask(asked)))
  if (again.some(other => !same(other, theirs))) report.undecided++
  else report.differences.push({ seed, asked, ours, theirs })
}

function conditionCase(random: Random): ConditionCase {
  const scalar = random.chance(0.25)
  const result = scalar ? [random.pick(samples)] : random.list(0, 5, () => random.pick(samples))
  return { kind: scalar ? 'scalar' : 'vector', result, condition: condition(random) }
}

function judge({ kind, result, condition: source }: ConditionCase): { phase: string; message?: string } | 'rejected' {
  const values = result.map(text => Number(text.replace('Inf', 'Infinity')))
  const measured: MetricResult = kind === 'scalar' ? { kind, value: values[0] ?? Number.NaN } : { kind, values }
  try {
    return evaluateResult(measured, source === '' ? undefined : compileCondition(source))
  } catch (error) {
    if (error instanceof UnsupportedConditionError) return 'rejected'
    throw error
  }
}

function same(
  one: { phase: string; message?: string | undefined },
  other: { phase: string; message?: string | undefined },
): boolean {
  return one.phase === other.phase && one.message === other.message
}
