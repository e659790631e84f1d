import { expect, test } from '@jest/globals'
import { readDocument } from '../../../configuration/index.ts'
import { appendItem, clearPin, readPin, removeItem, setPin } from '../../../gitops/manifests/index.ts'
import fc from '../../support/property.ts'

test.each([
  ['a:\n  - x # one\nb: 1\n', 'a:\n  - x # one\n  - new\nb: 1\n'],
  ['a:\n- x\n- { y: [1, 2] } # two\n', 'a:\n- x\n- { y: [1, 2] } # two\n- new\n'],
  ['a:\r\n  - x\r\n', 'a:\r\n  - x\r\n  - new\r\n'],
  ['a:\n  - x', 'a:\n  - x\n  - new'],
  ['a:\n  - b: 1\n    c:\n      - d\n# after\n', 'a:\n  - b: 1\n    c:\n      - d\n  - new\n# after\n'],
  ['a:\n  - &x "q"\n', 'a:\n  - &x "q"\n  - new\n'],
])('%j with an item is %j', (before, after) => {
  expect(appendItem(before, 'x.yaml', ['a'], 'new')).toBe(after)
})

test.each([
  ['a: [x]\n', 'x.yaml:1:4: the list at a is not written with one item on each line'],
  ['a: []\n', 'x.yaml:1:4: the list at a is not written with one item on each line'],
  ['b: 1\n', 'x.yaml:1:1: there is no list at a'],
  ['a: 1\n', 'x.yaml:1:4: there is no list at a'],
  ['a:\n  - {\n      b: 1\n    }\n', 'x.yaml:2:3: the last item of a ends in a way that is not understood'],
])('%j is refused', (text, message) => {
  expect(() => appendItem(text, 'x.yaml', ['a'], 'new')).toThrow(message)
})

test.each([
  [0, 'a:\n  - y:\n      z: 1\n  - w # last\nb: 1\n'],
  [1, 'a:\n  - x # first\n  - w # last\nb: 1\n'],
  [2, 'a:\n  - x # first\n  - y:\n      z: 1\nb: 1\n'],
])('without item %i', (index, after) => {
  const text = 'a:\n  - x # first\n  - y:\n      z: 1\n  - w # last\nb: 1\n'
  expect(removeItem(text, 'x.yaml', ['a'], index)).toBe(after)
})

test('what is added is read last, and removing it gives the text back', () => {
  const item = fc.constantFrom('x', '{ y: 1 }', '[1, 2]', 'k: { v: "w" } # said', '"q: r"')
  fc.assert(
    fc.property(
      fc.array(item, { minLength: 1, maxLength: 5 }),
      item,
      fc.constantFrom('', '  '),
      (items, added, indent) => {
        const text = `a:\n${items.map(each => `${indent}- ${each}\n`).join('')}b: 1\n`
        const more = appendItem(text, 'x.yaml', ['a'], added)
        const { value: all } = readDocument(`- ${[...items, added].join('\n- ')}\n`, 'y.yaml')
        expect(readDocument(more, 'x.yaml').value).toEqual({ a: all, b: 1 })
        expect(removeItem(more, 'x.yaml', ['a'], items.length)).toBe(text)
      },
    ),
  )
})

test.each([
  [
    'images: [{ name: i, newTag: v1, digest: sha256:abc }] # ours\n',
    'images: [{ name: i, newTag: "", digest: "" }] # ours\n',
  ],
  [
    'images:\n  - name: i\n    newTag: \'v1\' # tag\n    digest: "sha256:abc"\n',
    'images:\n  - name: i\n    newTag: \'\' # tag\n    digest: ""\n',
  ],
])('a pin that is cleared is empty, and can be set', (before, after) => {
  const cleared = clearPin(before, 'k.yaml', 'i')
  expect(cleared).toBe(after)
  expect(readPin(cleared, 'k.yaml', 'i')).toEqual({})
  const set = setPin(cleared, 'k.yaml', 'i', { repository: 'i', tag: 'v2', digest: `sha256:${'0'.repeat(64)}` })
  expect(readPin(set, 'k.yaml', 'i')).toEqual({ tag: 'v2', digest: `sha256:${'0'.repeat(64)}` })
})
