import { expect, test } from '@jest/globals'
import { compileCondition, evaluateResult, UnsupportedConditionError } from '../../../rollouts/conditions/index.ts'

const one = { kind: 'scalar', value: 1 } as const

/** The verdict's message, or that of the refusal to compile. */
function outcome(source: string): string {
  try {
    const verdict = evaluateResult(one, compileCondition(source))
    return verdict.phase === 'Error' ? verdict.message.slice(-160) : verdict.phase
  } catch (error) {
    if (error instanceof UnsupportedConditionError) return error.message
    throw error
  }
}

const many = (text: string, times: number): string => text.repeat(times)
const doubling = (start: string, step: (name: string) => string): string => {
  const names = [...Array(60).keys()].map(index => `x${index}`)
  return `let x0 = ${start}; ${names
    .slice(1)
    .map((name, index) => `let ${name} = ${step(`x${index}`)}; `)
    .join('')}`
}

test.each<[string, string, RegExp]>([
  ['brackets', `${many('(', 100_000)}true`, /nested more than/],
  ['signs', `${many('-', 100_000)}1 > 0`, /nested more than/],
  ['lists', `${many('[', 50_000)}${many(']', 50_000)} == nil`, /nested more than/],
  ['members', `result${many('[0]', 5_000)} > 0`, /nested more than/],
  ['a chain of operators', `${many('1 + ', 4_000)}1 > 0`, /nested more than/],
  ['ternaries', `${many('true ? ', 20_000)}1`, /nested more than/],
  ['else if', `${many('if true { 1 } else ', 20_000)}{ 1 }`, /nested more than/],
  ['many nodes', `[${many('1,', 20_000)}] == nil`, /exceeds maximum allowed nodes/],
  ['an unclosed text', `"${many('a', 1_000_000)}`, /literal not terminated/],
  ['a sum written out', `sum([${many('result,', 3_000)}result]) > 0`, /a sum of more than/],
  ['a huge range', '1..9223372036854775807 == nil', /memory budget exceeded/],
  ['the range of all ints', '-9223372036854775807..9223372036854775807 == []', /Successful/],
  ['ranges in loops', 'all(1..900, all(1..900, all(1..900, true)))', /memory budget exceeded/],
  ['loops in loops', 'let x = 1..900; all(x, all(x, all(x, true)))', /more than \d+ steps/],
  ['repeated text', 'len(repeat("abc", 999999)) > 0', /memory budget exceeded/],
  ['a text that doubles', `${doubling('repeat("a", 1000)', x => `${x} + ${x}`)}len(x59) > 0`, /a text longer than/],
  ['a list that doubles', `${doubling('[result]', x => `[${x}, ${x}]`)}len(string(x59)) > 0`, /more than \d+ steps/],
  [
    'lists that double, compared',
    `${doubling('[result]', x => `[${x}, ${x}]`)}x59 == map(x59, #)`,
    /more than \d+ steps/,
  ],
  [
    'lists that double, flattened',
    `${doubling('[result]', x => `[${x}, ${x}]`)}len(flatten(x59)) > 0`,
    /more than \d+ steps/,
  ],
  [
    'an int in ranges of ranges',
    `${many('(', 300)}1${many(' in 1..2 ? 1 : 2)', 300)} == 1`,
    /more than \d+ steps|nested/,
  ],
  ['a pattern that backtracks', `repeat("a", 10000) + "b" matches "^(a+)+$"`, /Failed/],
  ['a pattern that backtracks, otherwise', `repeat("a", 5000) matches "(a|aa)*(a|aa)*c"`, /Failed/],
  ['a pattern that multiplies', '"a" matches "((a{1000}){1000}){1000}"', /invalid repeat count/],
  ['a pattern of many parts on a long text', `repeat("a", 100000) matches "(a{0,500}){0,2}b"`, /more than \d+ steps/],
  ['a pattern nested deeply', `"a" matches "${many('(', 5_000)}a${many(')', 5_000)}"`, /nested deeply/],
])('%s ends in bounded time', (_, source, wanted) => {
  const started = performance.now()
  expect(outcome(source)).toMatch(wanted)
  expect(performance.now() - started).toBeLessThan(8_000)
})
