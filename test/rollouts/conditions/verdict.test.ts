import { expect, test } from '@jest/globals'
import {
  ConditionError,
  compileCondition,
  evaluateResult,
  evaluateTime,
  type MetricResult,
  UnsupportedConditionError,
} from '../../../rollouts/conditions/index.ts'

const scalar = (value: number): MetricResult => ({ kind: 'scalar', value })
const vector = (...values: number[]): MetricResult => ({ kind: 'vector', values })

test.each<[string, MetricResult, string | undefined, string | undefined, string]>([
  ['no condition', scalar(1), undefined, undefined, 'Successful'],
  ['success alone, true', scalar(1), 'result == 1', undefined, 'Successful'],
  ['success alone, false', scalar(2), 'result == 1', undefined, 'Failed'],
  ['failure alone, true', scalar(2), undefined, 'result == 2', 'Failed'],
  ['failure alone, false', scalar(1), undefined, 'result == 2', 'Successful'],
  ['both true', scalar(1), 'result > 0', 'result < 2', 'Failed'],
  ['both false', scalar(1), 'result > 1', 'result < 1', 'Inconclusive'],
  ['only success true', scalar(1), 'result > 0', 'result > 5', 'Successful'],
  ['only failure true', scalar(9), 'result < 5', 'result > 5', 'Failed'],
  ['NaN with both', vector(Number.NaN), 'result[0] < 1', 'result[0] >= 1', 'Inconclusive'],
  ['NaN with success alone', vector(Number.NaN), 'result[0] < 1', undefined, 'Failed'],
  ['NaN with failure alone', vector(Number.NaN), undefined, 'result[0] >= 1', 'Successful'],
])('%s', (_, result, success, failure, phase) => {
  const compile = (source?: string) => (source === undefined ? undefined : compileCondition(source))
  expect(evaluateResult(result, compile(success), compile(failure))).toEqual({ phase })
})

test.each<[MetricResult, string, string]>([
  [vector(1), 'result > 1', 'invalid operation: > (mismatched types []float64 and int)'],
  [scalar(1), 'result % 2 == 0', 'invalid operation: % (mismatched types float64 and int)'],
  [vector(1), 'result[1] > 1', 'index out of range: 1 (array length is 1)'],
  [vector(1), 'isNaN(result)', 'cannot use []float64 as argument (type float64) to call isNaN '],
  [vector(), 'result[0] > 1', 'metric result is nil or empty: no data returned from the metric provider'],
  [vector(1), 'result', 'expected bool, but got []float64'],
])('%j %s fails as the controller words it', (result, source, reason) => {
  const message = `could not evaluate failureCondition "${source}": ${reason}`
  expect(evaluateResult(result, undefined, compileCondition(source))).toEqual({ phase: 'Error', message })
})

test('the success condition is evaluated first', () => {
  const verdict = evaluateResult(scalar(1), compileCondition('a'), compileCondition('b'))
  expect(verdict).toEqual({ phase: 'Error', message: 'could not evaluate successCondition "a": unknown name a' })
})

test.each([
  ['now().Format("2006") == "2026"', 'the method Format of time.Time'],
  ['date("1", "2") == now()', 'date() with a layout'],
  ['now() == nil or timezone("UTC") == nil', 'timezone()'],
  ['string(result) matches "\\\\pL"', '\\p classes in a regular expression'],
])('%s is refused by name before anything is measured', (source, feature) => {
  expect(() => compileCondition(source)).toThrow(
    expect.objectContaining({ name: new UnsupportedConditionError('').name, feature }),
  )
})

test('now() is the time of the clock that is passed in', () => {
  const condition = compileCondition('now().Year() == 1999', { now: () => Date.UTC(1999, 5, 1) })
  expect(condition.evaluate(scalar(1))).toBe(true)
})

const noon = Date.UTC(2026, 10, 21, 12, 0, 0)

test.each<[string, number]>([
  ['now()', noon],
  ['now() - duration("5m")', noon - 300_000],
  ['duration("1h30m") + now()', noon + 5_400_000],
  ['now().Add(duration("-1.5s"))', noon - 1500],
  ['date("2026-11-21")', noon - 43_200_000],
  ['date("2026-11-21T13:00:00+01:00")', noon],
  ['date("2026-11-21 12:00:00.250")', noon + 250],
  ['now().Truncate(duration("24h"))', noon - 43_200_000],
  ['now() > date("2020-01-01") ? now() : date("2020-01-01")', noon],
])('%s is a time for a range query', (source, ms) => {
  expect(evaluateTime(source, noon)).toBe(ms)
})

test.each<[string, string]>([
  ['1', 'expected time.Time, but got int'],
  ['now() - now()', 'expected time.Time, but got time.Duration'],
  ['now() - duration("1d")', 'time: unknown unit "d" in duration "1d"'],
  ['date("yesterday")', 'invalid date yesterday'],
  ['result', 'unknown name result'],
])('%s is none', (source, message) => {
  expect(() => evaluateTime(source, noon)).toThrow(new ConditionError(message))
})
