import { expect, test } from '@jest/globals'
import { type Node, PromqlError, parse, walk } from '../../../rollouts/promql/index.ts'

/** An expression with the parentheses that its operators' binding means. */
function shape(node: Node): string {
  switch (node.kind) {
    case 'number':
      return String(node.value)
    case 'string':
      return JSON.stringify(node.value)
    case 'selector':
      return node.metric ?? '{}'
    case 'range':
      return `${shape(node.operand)}[${node.range.ms}]`
    case 'subquery':
      return `${shape(node.operand)}[${node.range.ms}:${node.step?.ms ?? ''}]`
    case 'modified':
      return `(${shape(node.operand)} ${node.modifier} ${node.offset?.ms ?? ''})`
    case 'paren':
      return shape(node.operand)
    case 'unary':
      return `(${node.operator}${shape(node.operand)})`
    case 'binary':
      return `(${shape(node.left)} ${node.operator} ${shape(node.right)})`
    case 'aggregation':
      return `${node.operator} ${node.grouping?.kind ?? ''}(${node.grouping?.labels ?? ''})(${node.arguments.map(shape)})`
    case 'call':
      return `${node.name}(${node.arguments.map(shape)})`
  }
}

test.each([
  ['a - b - c', '((a - b) - c)'],
  ['a - (b - c)', '(a - (b - c))'],
  ['a + b * c', '(a + (b * c))'],
  ['a * b + c', '((a * b) + c)'],
  ['2 ^ 3 ^ 4', '(2 ^ (3 ^ 4))'],
  ['a or b and c or d', '((a or (b and c)) or d)'],
  ['a == b + c or d', '((a == (b + c)) or d)'],
  ['a > b > c', '((a > b) > c)'],
  ['-a * b', '((-a) * b)'],
  ['-a ^ b', '(-(a ^ b))'],
  ['a * -b ^ c', '(a * (-(b ^ c)))'],
  ['a / b[5m]', '(a / b[300000])'],
  ['a + b offset 1h * c', '(a + ((b offset 3600000) * c))'],
  ['a + b[1h:1m] offset -5m', '(a + (b[3600000:60000] offset -300000))'],
  ['-a offset 5m', '(-(a offset 300000))'],
  ['a and b @ 5 or c', '((a and (b @ )) or c)'],
  ['sum(a) by (b, c) / 2', '(sum by(b,c)(a) / 2)'],
  ['SUM without (b) (a)', 'sum without(b)(a)'],
  ['rate(a[1h30m])', 'rate(a[5400000])'],
  ['a[90]', 'a[90000]'],
  ['a[5m + 1m]', 'a[undefined]'],
])('%s is %s', (query, expected) => {
  expect(shape(parse(query))).toBe(expected)
})

test('a selector has its matchers, their strings unquoted, and every part its place', () => {
  const query = 'rate(a{b="c\\n\\"\\u00e9",d!~`e\\d`,"f g"=\'h\'}[5m])'
  const selector = [...walk(parse(query))].find(({ kind }) => kind === 'selector')
  expect(selector).toMatchObject({
    metric: 'a',
    matchers: [
      { label: 'b', operator: '=', value: 'c\n"é' },
      { label: 'd', operator: '!~', value: 'e\\d' },
      { label: 'f g', operator: '=', value: 'h' },
    ],
  })
  expect(selector && query.slice(selector.start, selector.end)).toBe(query.slice(5, query.indexOf('[')))
})

test('an operator knows how its sides are matched', () => {
  expect(parse('a > bool on(b, c) group_left(d) e')).toMatchObject({
    ...{ operator: '>', bool: true },
    matching: { kind: 'on', labels: ['b', 'c'], group: 'left' },
  })
  expect(parse('a and ignoring() b')).toMatchObject({ matching: { kind: 'ignoring', labels: [], group: undefined } })
})

test.each([
  ['', 0, 'the query is empty'],
  ['sum(a', 5, 'the query ends too early'],
  ['sum(a b)', 6, '"b" is not expected here'],
  ['sum(a # why\n  b)', 14, '"b" is not expected here'],
  ['a{b="c} + d', 4, 'a string is not closed'],
  ['median(a)', 0, 'there is no function median'],
  ['1 + median (a)', 4, 'there is no function median'],
  ['a{b="\\q"}', 4, 'a string holds an escape that is none'],
  ['a[5 minutes]', 4, '"minutes" is not expected here'],
])('%j is wrong at %d: %s', (query, start, problem) => {
  let fault: unknown
  try {
    parse(query)
  } catch (error) {
    if (error instanceof PromqlError) fault = error.fault
  }
  expect(fault).toMatchObject({ start, problem })
})
