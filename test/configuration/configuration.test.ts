import { expect, test } from '@jest/globals'
import { z } from 'zod'
import {
  ConfigurationError,
  explainError,
  formatDuration,
  parseDuration,
  readDocument,
  readDocuments,
  validate,
} from '../../configuration/index.ts'
import fc from '../support/property.ts'

test('a value’s place is counted from 1, through maps, lists and flow style', () => {
  const document = readDocument('a: b\r\nlist:\r\n  - x: 1\r\n    y: [p, q]\r\n', 'f.yaml')
  expect(document.placeOf(['list', 0, 'y', 1])).toEqual({ file: 'f.yaml', line: 4, column: 12 })
  expect(document.placeOf(['list', 0, 'x'], { key: true })).toEqual({ file: 'f.yaml', line: 3, column: 5 })
  expect(document.placeOf(['list', 0, 'missing'])).toEqual({ file: 'f.yaml', line: 3, column: 5 })
})

test('a value that no text can hold is left out of its fault', () => {
  const cyclic: Record<string, unknown> = {}
  cyclic.self = cyclic
  expect(new ConfigurationError({ problem: 'no', value: cyclic }).message).toBe(
    'no (found a value that is too large to show)',
  )
})

test('several documents keep their own places', () => {
  const [, second] = readDocuments('a: 1\n---\nb: 2\n', 'f.yaml')
  expect(second?.value).toEqual({ b: 2 })
  expect(second?.placeOf(['b'])).toEqual({ file: 'f.yaml', line: 3, column: 4 })
})

test('an alias repeats the value and stands where it is written', () => {
  const document = readDocument('a: &x { k: 1 }\nb: *x\n', 'f.yaml')
  expect(document.value).toEqual({ a: { k: 1 }, b: { k: 1 } })
  expect(document.placeOf(['b'])).toMatchObject({ line: 2 })
})

test.each([
  ['a: b\n c: d\n', 'f.yaml:2:3: not valid YAML: bad indentation of a mapping entry'],
  ['', 'f.yaml:1:1: the file holds no YAML document'],
  ['a: 1\n---\nb: 2\n', 'f.yaml:3:1: expected one YAML document, found several'],
])('refuses %j', (text, message) => {
  expect(() => readDocument(text, 'f.yaml')).toThrow(new Error(message))
})

test('a fault’s value is JSON and cut, so that it can neither break a line nor flood the log', () => {
  const error = new ConfigurationError({
    problem: 'bad',
    place: { input: 'x' },
    value: `::error::\n${'a'.repeat(999)}`,
  })
  expect(error.message).toHaveLength('input "x": bad (found )'.length + 201)
  expect(error.message).not.toContain('\n')
})

test('in a union, the fault of the branch that got furthest is reported', () => {
  const schema = z.union([z.string(), z.strictObject({ repository: z.string() })])
  expect(() => validate(readDocument('repository: 5\n', 'f.yaml'), schema)).toThrow(
    /^f\.yaml:1:13: repository: .*string/,
  )
})

test.each([
  ['90s', 90_000],
  ['1h30m', 5_400_000],
  ['1.5h', 5_400_000],
  ['.5s', 500],
  ['-5s', -5000],
  ['0', 0],
  ['1d', undefined],
  ['5', undefined],
  ['', undefined],
  ['1 h', undefined],
])('the duration %j is %s ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms)
})

test('a formatted duration parses back', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 1e6 }), s => parseDuration(formatDuration(s * 1000)) === s * 1000))
})

test.each<[string, unknown, string]>([
  ['a mistake is its one line', new ConfigurationError({ problem: 'no', cause: new Error('inner') }), 'no'],
  [
    'a chain is told from the outside in',
    new Error('a', { cause: new Error('b', { cause: 'c' }) }),
    'a\nbecause: b\nbecause: c',
  ],
  ['an error without a message is told by its name', new TypeError(''), 'TypeError'],
  ['an abort is told too', new DOMException('stopped', 'AbortError'), 'stopped'],
  ['what is no error is told as it is', 'text', 'text'],
])('%s', (_what, error, told) => {
  expect(explainError(error)).toBe(told)
})

test('a chain of causes that never ends is cut', () => {
  const error = new Error('again')
  error.cause = error
  expect(explainError(error).split('\n')).toHaveLength(10)
})
