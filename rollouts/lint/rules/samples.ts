import type { MetricSubject } from '../metric-subject.ts'

/**
 * Results that tell a metric's conditions apart: around every number they hold, some others, and lists of other lengths.
 * None for conditions that are slow.
 */
export function sampleResults({ conditions, kinds }: MetricSubject): number[][] {
  const read = [conditions.successCondition, conditions.failureCondition].filter(subject => subject?.kind === 'read')
  if (read.some(({ heavy }) => heavy)) return []
  const numbers = read.flatMap(subject => subject.numbers)
  const around = numbers.flatMap(each => [each, -each].flatMap(number => [number, below(number), above(number)]))
  const values = [...new Set([0, 0.5, 1, -1, 1e-9, 1e9, -1e9, ...around])].slice(0, mostSamples).sort((a, b) => a - b)
  const single = values.map(value => [value])
  return kinds[0] === 'scalar' ? single : [...single, [], [0, 0], [1, 1], [0, 1e9], [-1, 1, 2]]
}

const mostSamples = 60

const below = (number: number): number => number - Math.max(Math.abs(number), 1) * 1e-3
const above = (number: number): number => number + Math.max(Math.abs(number), 1) * 1e-3
