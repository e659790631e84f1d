import { expect, jest, test } from '@jest/globals'
import { actionLog, cell, harmless, table } from '../../../actions/shell/index.ts'

test.each([
  ['::set-output name=x::y', ':\u200b:set-output name=x::y'],
  ['  ::add-mask::z', '  :\u200b:add-mask::z'],
  ['ok\r\n::error::forged', 'ok\n:\u200b:error::forged'],
  ['#5 12%\r::error::forged\r#5 13%', '#5 12%\n:\u200b:error::forged\n#5 13%'],
  ['text ##[command]x', 'text ##\u200b[command]x'],
  ['10.0.0.1::8080', '10.0.0.1::8080'],
])('%j is no command to the runner', (line, expected) => {
  expect(harmless(line)).toBe(expected)
})

/** What .NET's Char.IsWhiteSpace is true for, and so what the runner trims from a line before it looks for `::`. */
const blanks = [
  ...[0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x20, 0x85, 0xa0, 0x1680],
  ...Array.from({ length: 11 }, (_, index) => 0x2000 + index),
  ...[0x2028, 0x2029, 0x202f, 0x205f, 0x3000],
].map(point => String.fromCodePoint(point))

test('no blank that the runner trims makes a command of what follows it', () => {
  const read = (line: string) => line.replace(new RegExp(`^[${blanks.join('')}]+`, 'u'), '')
  for (const blank of [...blanks, blanks.join(''), '\u0085 \u0085']) {
    const said = harmless(`${blank}::set-output name=image::x`)
    const lines = said.split(/[\r\n]/).map(read) // as .NET's StreamReader reads lines
    expect(lines.filter(line => line.startsWith('::'))).toEqual([])
    expect(said.replaceAll('\u200b', '')).toMatch(/::set-output name=image::x$/)
  }
})

test('a cell from outside adds no cell, row, markup or mention', () => {
  expect(cell('a|b\nc <img src=x> @acme [x](y) `z`')).toBe(
    'a&#124;b c &lt;img src=x&gt; &#64;<!-- -->acme &#91;x&#93;&#40;y&#41; &#96;z&#96;',
  )
  expect(table(['a', 'b'], [['1', '2|3']])).toBe('| a | b |\n| --- | --- |\n| 1 | 2&#124;3 |')
})

test('a line with a place is an annotation on that file and line', () => {
  const lines: unknown[] = []
  const write = jest.spyOn(process.stdout, 'write').mockImplementation(text => lines.push(text) > 0)
  try {
    actionLog.warning('no guard\n::error::forged', { file: 'analysis/a,b.yaml', line: 12, column: 7 })
    actionLog.error('not a number', { input: 'timeout' })
  } finally {
    write.mockRestore()
  }
  expect(lines).toEqual([
    '::warning file=analysis/a%2Cb.yaml,line=12,col=7::no guard%0A::error::forged\n',
    '::error::not a number\n',
  ])
})
