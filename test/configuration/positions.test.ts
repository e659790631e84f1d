import { expect, test } from '@jest/globals'
import { readDocument, readDocuments } from '../../configuration/index.ts'
import fc from '../support/property.ts'

/** What stands at a place of the text, to the end of its line. */
function restAt(text: string, place: { line?: number; column?: number }): string | undefined {
  return text.split('\n')[(place.line ?? 0) - 1]?.slice((place.column ?? 0) - 1)
}

test.each<[string, string]>([
  ['plain', 'a: one two HERE x'],
  ['plain on several lines', 'a: one\n  two\n\n  HERE x'],
  ['single quotes', "a: 'it''s\n  HERE x'"],
  ['double quotes', 'a: "\\"\\t\\x41 \\u00e9\\n\\\n   HERE x"'],
  ['a literal block', 'a: | # why\n  one\n\n    two HERE x\n'],
  ['a literal block with its indentation given', 'a: |2-\n     two HERE x\n'],
  ['a folded block', 'a: >-\n  one\n  two\n\n  HERE x\n  y\n'],
  ['an anchor and a tag', 'a: &b !!str one HERE x'],
  ['Windows lines', 'a: |\r\n  one\r\n  HERE x\r\n'],
])('a character of %s is found', (_name, text) => {
  const document = readDocument(text, 'f.yaml')
  const value = String(Reflect.get(Object(document.value), 'a'))
  const place = document.placeIn(['a'], value.indexOf('HERE'))
  expect('file' in place && restAt(text, place)).toMatch(/^HERE x/)
})

test('the end of a text stands behind its last character', () => {
  expect(readDocument('a: |\n  x +\n\n', 'f').placeIn(['a'], 4)).toEqual({ file: 'f', line: 2, column: 6 })
})

test('in an alias, and where there is no text, the place is that of the value', () => {
  const document = readDocument('a: &x one two\nb: *x\nc:\n', 'f')
  expect(document.placeIn(['b'], 4)).toEqual({ file: 'f', line: 2, column: 4 })
  expect(document.placeIn(['c'], 4)).toEqual({ file: 'f', line: 3, column: 1 })
  expect(document.placeIn(['d'], 4)).toEqual({ file: 'f', line: 1, column: 1 })
})

test('every visible character of a literal block is found where it stands', () => {
  const line = fc.stringMatching(/^[!-~][ -~]{0,12}$/)
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 5 }), fc.nat(), (lines, choice) => {
      const text = `a:\n  - b: |\n${lines.map(each => `      ${each}\n`).join('')}`
      const document = readDocument(text, 'f')
      const value = lines.map(each => `${each}\n`).join('')
      const visible = [...value].flatMap((character, index) => (/\s/.test(character) ? [] : [index]))
      const at = visible[choice % visible.length] ?? 0
      const place = document.placeIn(['a', 0, 'b'], at)
      return 'file' in place && restAt(text, place)?.[0] === value[at]
    }),
  )
})

test('comments are what stands outside of every text', () => {
  const text =
    '# first\na: b # second\nc: "# no" #third\nd: |\n  # no\n  x # no\n  # fourth? no\n#fifth\ne: x#no\n---\n  # sixth\nf: 1\n'
  const [document] = readDocuments(text, 'f')
  expect(document?.comments().map(({ line, column, text, alone }) => [line, column, text, alone])).toEqual([
    [1, 1, 'first', true],
    [2, 6, 'second', false],
    [3, 11, 'third', false],
    [8, 1, 'fifth', true],
    [11, 3, 'sixth', true],
  ])
})
