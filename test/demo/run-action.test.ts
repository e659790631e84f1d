import { expect, test } from '@jest/globals'
import { readOutputs } from '../../scripts/demo/run-action.ts'

test.each([
  { text: '', outputs: {} },
  { text: 'result=promoted\n', outputs: { result: 'promoted' } },
  { text: 'query=a=b\n', outputs: { query: 'a=b' } },
  { text: 'json<<END\n{\n  "a": 1\n}\nEND\n', outputs: { json: '{\n  "a": 1\n}' } },
  { text: 'empty<<END\n\nEND\nnext=1\n', outputs: { empty: '', next: '1' } },
  { text: 'a<<X\nb=c\nX\nd<<Y\ne\nY\n', outputs: { a: 'b=c', d: 'e' } },
])('reads $text', ({ text, outputs }) => expect(readOutputs(text)).toEqual(outputs))
