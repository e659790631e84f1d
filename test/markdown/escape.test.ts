import { expect, test } from '@jest/globals'
import { cell, codeBlock, link, table } from '../../markdown/index.ts'

test.each([
  ['https://github.com/acme/app/compare/a...b', '[x](https://github.com/acme/app/compare/a...b)'],
  [
    'https://h.example/a) [evil](https://evil.example',
    '[x](https://h.example/a%29%20%5Bevil%5D%28https://evil.example)',
  ],
  ['https://h.example/a|b*c_d~`<>"', '[x](https://h.example/a%7Cb%2Ac%5Fd%7E%60%3C%3E%22)'],
  ['javascript:alert(1)', 'x'],
  ['data:text/html,x', 'x'],
  ['not an address', 'x'],
])('a link to %s leads there and nowhere else', (address, markdown) => {
  expect(link('x', address).markdown).toBe(markdown)
})

test('a link shows its text and nothing that the text would like to be', () => {
  expect(link('a](https://evil.example) | @team <img>', 'https://h.example/').markdown).toBe(
    '[a&#93;&#40;https://evil.example&#41; &#124; &#64;<!-- -->team &lt;img&gt;](https://h.example/)',
  )
})

test('a table takes Markdown only where it is told so', () => {
  expect(table(['a|b'], [['[x](y)'], [{ markdown: '[x](y)' }]])).toBe(
    '| a&#124;b |\n| --- |\n| &#91;x&#93;&#40;y&#41; |\n| [x](y) |',
  )
})

test('nothing inside ends a code block', () => {
  expect(codeBlock('text', 'a\n````\nb')).toBe('`````text\na\n````\nb\n`````')
})

test('line breaks of any kind end neither a cell nor a row', () => {
  expect(cell('a\r\nb\u2028c')).toBe('a b c')
})

test.each([
  ['- item', '&#45; item'],
  ['  - item', '&#45; item'],
  ['---', '&#45;--'],
  ['=====', '&#61;===='],
  ['1. first', '1&#46; first'],
  ['123456789) last', '123456789&#41; last'],
  ['    code', 'code'],
  ['\tcode', 'code'],
  ['- - -', '&#45; - -'],
  ['-1 of 2.5', '-1 of 2.5'],
  ['10.0.0.1', '10.0.0.1'],
])('%j begins no list, rule, heading or block of code where it begins a line', (text, expected) => {
  expect(cell(text)).toBe(expected)
})

test('nobody is mentioned: GitHub looks for names after it has read the entities', () => {
  const seen = cell('ask @acme/team or mail a@b.example').replaceAll('&#64;', '@')
  expect(seen).not.toMatch(/@[\w-]/)
  expect(seen.replaceAll('<!-- -->', '')).toBe('ask @acme/team or mail a@b.example')
})

test('what cannot be seen, and what turns the direction of a text, is left out', () => {
  expect(cell('a\u202egpj.exe\u202c \u2066b\u2069\u200b\u00ad\ufeffc\u061c')).toBe('agpj.exe bc')
})
