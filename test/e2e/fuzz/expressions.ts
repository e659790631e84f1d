import type { Random } from './random.ts'

/** Results that conditions are evaluated on, as Prometheus writes them. */
export const samples = [
  ...['0', '1', '0.5', '0.97', '2', '3', '12', '100', '-1', '-0.25', '0.1', '0.30000000000000004', '1e-9', '1000000'],
  ...['1.5e+21', '9007199254740993', '-0', 'NaN', '+Inf', '-Inf', '1.7976931348623157e+308', '5e-324'],
] as const

/** A random condition: what people write, sentences of the whole language, and those with a slip of the pen in them. */
export function condition(random: Random): string {
  return random.weighted<() => string>([
    [30, () => usual(random)],
    [60, () => boolean(random, 3)],
    [5, () => any(random, 3)],
    [15, () => slip(random, random.chance(0.5) ? boolean(random, 2) : usual(random))],
  ])()
}

/** What templates of real users say, with the thresholds changed. */
function usual(random: Random): string {
  const bound = () => random.pick(['0.95', '1', '0', '0.5', '100', '.5', '1e3', '-1', '"1"', 'asFloat("0.95")'])
  const compare = () => random.pick(['<', '>', '<=', '>=', '==', '!='])
  return random.pick<() => string>([
    () => `result[0] ${compare()} ${bound()}`,
    () => `result ${compare()} ${bound()}`,
    () => `len(result) == 0 || result[0] ${compare()} ${bound()}`,
    () => `len(result) > 0 && !isNaN(result[0]) && result[0] ${compare()} ${bound()}`,
    () => `isNaN(result) || result ${compare()} ${bound()}`,
    () => `isNaN(result[0]) || isInf(result[0])`,
    () => `all(result, # ${compare()} ${bound()})`,
    () => `any(result, {# ${compare()} ${bound()}})`,
    () => `none(result, isNaN(#)) and all(result, # ${compare()} ${bound()})`,
    () => `default(result, 0) ${compare()} ${bound()}`,
    () => `isNil(result) or result[0] ${compare()} ${bound()}`,
    () => `asInt(result[0]) ${compare()} ${bound()}`,
    () => `asFloat(result[0]) ${compare()} ${bound()}`,
    () => `sum(result) / len(result) ${compare()} ${bound()}`,
    () => `mean(result) ${compare()} ${bound()} && max(result) < ${bound()}`,
    () => `result[0] ${compare()} ${bound()} and result[1] ${compare()} ${bound()}`,
    () => `result[0] in [${bound()}, ${bound()}]`,
    () => `result[0] >= ${bound()} ? true : false`,
    () => `not (result[0] ${compare()} ${bound()})`,
    () => `count(result, # ${compare()} ${bound()}) > 1`,
  ])()
}

function boolean(random: Random, depth: number): string {
  if (depth <= 0) return random.pick(['true', 'false', 'result > 1', 'result[0] < 0.5', 'isNaN(result)'])
  const [n, b, s, l, a] = makers(random, depth - 1)
  return random.weighted<() => string>([
    [14, () => `${n()} ${random.pick(['<', '>', '<=', '>=', '==', '!='])} ${n()}`],
    [5, () => `${b()} ${random.pick(['&&', '||', 'and', 'or', '==', '!=', '??'])} ${b()}`],
    [2, () => `${random.pick(['!', 'not '])}${b()}`],
    [2, () => `(${b()})`],
    [3, () => `${random.pick(['all', 'any', 'none', 'one'])}(${l()}, ${predicate(random, depth - 1)})`],
    [3, () => `${s()} ${random.pick(['contains', 'startsWith', 'endsWith', 'matches', '==', '<', '>=', 'in'])} ${s()}`],
    [1, () => `${s()} not ${random.pick(['contains', 'matches', 'in', 'startsWith'])} ${s()}`],
    [3, () => `${a()} ${random.pick(['in', 'not in'])} ${l()}`],
    [2, () => `${a()} ${random.pick(['==', '!=', '<', 'in', '??'])} ${a()}`],
    [1, () => `${n()} < ${n()} ${random.pick(['<', '<=', '>'])} ${n()}`],
    [2, () => `${random.pick(['isNaN', 'isInf', 'isNil'])}(${a()})`],
    [2, () => `${random.pick(['hasPrefix', 'hasSuffix'])}(${s()}, ${s()})`],
    [1, () => `let ${random.pick(['x', 'y', 'result', 'len'])} = ${a()}; ${boolean(random, depth - 1)}`],
    [1, () => `${b()} ? ${b()} : ${b()}`],
    [1, () => `${a()} | ${random.pick(['isNil()', 'isNaN()', 'len() > 1', 'all(# > 0)', 'first() > 1'])}`],
    [1, () => `if ${b()} { ${b()} } else { ${b()} }`],
  ])()
}

function makers(random: Random, depth: number) {
  const wrong = (make: (random: Random, depth: number) => string) => () =>
    random.chance(0.04) ? any(random, depth) : make(random, depth)
  return [wrong(number), wrong(boolean), wrong(text), wrong(list), wrong(any)] as const
}

const numbers = [
  ...[
    '0',
    '1',
    '2',
    '3',
    '10',
    '100',
    '-1',
    '0.5',
    '.5',
    '2.5',
    '1e3',
    '1e-3',
    '1_000',
    '0x1F',
    '0b101',
    '0o17',
    '-0.0',
  ],
  ...['9223372036854775807', '9223372036854775808', '1e309', '3.0'],
] as const

function number(random: Random, depth: number): string {
  const leaf = () =>
    random.weighted<string>([
      [6, 'result[0]'],
      [3, 'result'],
      [2, 'result[-1]'],
      [6, random.pick(numbers)],
      [3, 'len(result)'],
    ])
  if (depth <= 0) return leaf()
  const [n, b, s, l, a] = makers(random, depth - 1)
  return random.weighted<() => string>([
    [8, leaf],
    [5, () => `${n()} ${random.pick(['+', '-', '*', '/', '%', '**', '^', '??'])} ${n()}`],
    [1, () => `${random.pick(['-', '+'])}${n()}`],
    [2, () => `(${n()})`],
    [
      3,
      () =>
        `${random.pick(['abs', 'ceil', 'floor', 'round', 'int', 'float', 'asInt', 'asFloat'])}(${random.chance(0.7) ? n() : a()})`,
    ],
    [
      3,
      () => `${random.pick(['max', 'min', 'sum', 'mean', 'median'])}(${random.chance(0.7) ? l() : `${n()}, ${n()}`})`,
    ],
    [2, () => `${random.pick(['count', 'sum'])}(${l()}, ${predicate(random, depth - 1)})`],
    [2, () => `len(${random.pick([l, s, a])()})`],
    [2, () => `${l()}[${random.chance(0.8) ? random.pick(['0', '1', '-1', '2', '1.5']) : n()}]`],
    [
      1,
      () =>
        `${random.pick(['find', 'findLast', 'findIndex', 'findLastIndex'])}(${l()}, ${predicate(random, depth - 1)})`,
    ],
    [1, () => `${random.pick(['first', 'last'])}(${l()})`],
    [
      1,
      () =>
        `${l()} | ${random.pick(['first()', 'last()', 'len()', 'sum()', 'max()', 'count(# > 1)', 'reduce(#acc + #)', 'reduce(#acc + #index, 10)'])}`,
    ],
    [1, () => `reduce(${l()}, #acc ${random.pick(['+', '-', '*'])} #${random.pick(['', ', 0', ', 1.5'])})`],
    [
      1,
      () => `${random.pick(['bitand', 'bitor', 'bitxor', 'bitnand', 'bitshl', 'bitshr', 'bitushr'])}(${n()}, ${n()})`,
    ],
    [1, () => `${random.pick(['indexOf', 'lastIndexOf'])}(${s()}, ${s()})`],
    [1, () => `(${b()} ? ${n()} : ${n()})`],
    [1, () => `get(${l()}, ${n()})`],
    [1, () => `{a: ${n()}, b: 2}${random.pick(['.a', '.b', '?.c', '["a"]', '.c'])}`],
    [
      1,
      () =>
        `duration(${random.chance(0.6) ? random.pick(['"5m"', '"1h30m"', '"-1.5s"', '"x"']) : s()}).${random.pick(['Seconds()', 'Minutes()', 'Milliseconds()', 'Hours()', 'Nope()'])}`,
    ],
    [
      1,
      () =>
        `date("${dateText(random)}").${random.pick(['Year()', 'Unix()', 'Day()', 'Hour()', 'YearDay()', 'Month()', 'Weekday()'])}`,
    ],
  ])()
}

const texts = [
  ...[
    '""',
    '"a"',
    '"abc"',
    "'x y'",
    '`raw`',
    '"a,b,c"',
    '"5m"',
    '"1e3"',
    '"3"',
    '"-7"',
    '"h\\u00e9"',
    '"é€😀"',
    '"\\n"',
    '"^a+$"',
  ],
  ...[
    '"[a-c]+"',
    '"a.c"',
    '"("',
    '"A b C"',
    '" a "',
    '"inf"',
    '"NaN"',
    '"\\x41"',
    '"2024-01-01"',
    '"{\\"a\\": [1, 2.5]}"',
  ],
] as const

function text(random: Random, depth: number): string {
  if (depth <= 0) return random.pick(texts)
  const [n, b, s, l, a] = makers(random, depth - 1)
  return random.weighted<() => string>([
    [10, () => random.pick(texts)],
    [
      3,
      () =>
        `${random.pick(['upper', 'lower', 'trim', 'string', 'type', 'toBase64', 'fromBase64'])}(${random.chance(0.7) ? s() : a()})`,
    ],
    [1, () => `${random.pick(['trim', 'trimPrefix', 'trimSuffix'])}(${s()}, ${s()})`],
    [1, () => `replace(${s()}, ${s()}, ${s()}${random.pick(['', ', 1', ', -1'])})`],
    [1, () => `repeat(${s()}, ${random.pick(['0', '2', '3', '-1'])})`],
    [1, () => `join(${random.chance(0.5) ? '["a", "b"]' : l()}, ${s()})`],
    [2, () => `${s()} + ${s()}`],
    [1, () => `string(${n()})`],
    [1, () => `toJSON(${a()})`],
    [1, () => `${s()}[${random.pick(['0', '1:', ':1', '-1', '1:2', ':', '9', '-2:'])}]`],
    [1, () => `(${b()} ? ${s()} : ${s()})`],
  ])()
}

const lists = [
  ...[
    'result',
    '[1, 2, 3]',
    '[]',
    '[true, false]',
    '["a", "b"]',
    '[1, 2.5, "a"]',
    '[nil]',
    '1..3',
    '3..1',
    '[result, 1]',
    '[[1, 2], [3]]',
  ],
] as const

function list(random: Random, depth: number): string {
  if (depth <= 0) return random.chance(0.6) ? 'result' : random.pick(lists)
  const [n, b, s, l, a] = makers(random, depth - 1)
  return random.weighted<() => string>([
    [8, () => 'result'],
    [6, () => random.pick(lists)],
    [2, () => `${random.pick(['filter', 'map'])}(${l()}, ${predicate(random, depth - 1)})`],
    [2, () => `${random.pick(['sort', 'reverse', 'uniq', 'flatten'])}(${l()})`],
    [1, () => `sort(${l()}, ${random.pick(['"asc"', '"desc"', '"up"'])})`],
    [
      1,
      () => `sortBy(${l()}, ${random.pick(['#', '-#', 'abs(#)', '# % 2'])}${random.pick(['', ', "desc"', ', "asc"'])})`,
    ],
    [1, () => `concat(${l()}, ${l()})`],
    [1, () => `take(${l()}, ${random.pick(['0', '1', '2', '9', '-1', '1.5'])})`],
    [1, () => `${l()}[${random.pick(['0:1', '1:', ':2', ':-1', ':', '5:', '-1:', '0:99'])}]`],
    [1, () => `${n()}..${n()}`],
    [1, () => `[${a()}, ${a()}]`],
    [1, () => `split(${s()}, ${s()}${random.pick(['', ', 2'])})`],
    [1, () => `${random.pick(['keys', 'values', 'toPairs'])}({a: ${a()}})`],
    [1, () => `(${b()} ? ${l()} : ${l()})`],
    [
      1,
      () =>
        `${l()} | ${random.pick(['filter(# > 1)', 'map(# * 2)', 'map(-#)', 'sort()', 'reverse()', 'take(2)', 'uniq()'])}`,
    ],
    [1, () => `fromJSON("[1, 2.5, \\"a\\", null]")`],
  ])()
}

function any(random: Random, depth: number): string {
  return random.weighted<() => string>([
    [4, () => number(random, depth)],
    [3, () => boolean(random, depth)],
    [3, () => text(random, depth)],
    [3, () => list(random, depth)],
    [
      1,
      () =>
        random.pick([
          'nil',
          '{}',
          '{a: 1}',
          '{"a b": 2.5}',
          '{a: {b: 1}}.a?.b',
          'isNaN',
          'asInt',
          'unknown',
          '$env',
          '$env.result',
          '#',
        ]),
    ],
    [
      1,
      () =>
        random.pick([
          'duration("5m")',
          'date("2024-01-01")',
          'fromPairs([["a", 2.5]])',
          'groupBy(result, # > 1)',
          'fromJSON("{}")',
        ]),
    ],
  ])()
}

function predicate(random: Random, depth: number): string {
  const item = random.weighted([
    [8, '#'],
    [1, '#index'],
    [1, '# * 2'],
  ])
  const made = random.weighted<() => string>([
    [6, () => `${item} ${random.pick(['<', '>', '<=', '>=', '==', '!='])} ${number(random, depth - 1)}`],
    [2, () => random.pick(['#', 'isNaN(#)', '# != nil', '#.a', '.a', '#[0]', '# * 2', 'true', '# in result'])],
    [1, () => boolean(random, depth - 1)],
  ])()
  return random.chance(0.15) ? `{${made}}` : made
}

function dateText(random: Random): string {
  const text = random.pick([
    ...['2024-02-29T12:00:00Z', '2024-02-29', '12:30:59', '2024-02-29 01:02:03', '2024-02-29T12:00:00.123456789+02:00'],
    ...[
      '02 Jan 06 15:04 UTC',
      'Monday, 02-Jan-06 15:04:05 UTC',
      'Mon, 02 Jan 2006 15:04:05 GMT',
      '0000-01-01',
      '9999-12-31',
    ],
  ] as [string, ...string[]])
  if (random.chance(0.5)) return text
  const at = random.below(text.length)
  return (
    text.slice(0, at) + random.pick(['', '0', '9', ' ', ',5', '.5', '-', 'Z', '3']) + text.slice(at + random.below(2))
  )
}

const punctuation = [...'()[]{}#"\'`.,:;?!|&=<>+-*/%^~@$\\ 0aé'] as [string, ...string[]]

/** A slip of the pen: a character less, one more, two swapped, or a name misspelt. */
function slip(random: Random, source: string): string {
  const characters = [...source]
  const at = random.below(characters.length + 1)
  const before = characters.slice(0, at)
  const [first = '', second = '', ...others] = characters.slice(at)
  const made = random.pick<() => readonly string[]>([
    () => [...before, second, ...others],
    () => [...before, random.pick(punctuation), first, second, ...others],
    () => [...before, second, first, ...others],
    () => before,
    () => [...characters, random.pick([' ', ';', ' // why', ' /* why */', '\n', '#', ' result', ')'])],
    () => [
      source.replace('result', random.pick(['results', 'Result', 'resul', '$result', 'result.value', 'result?.[0]'])),
    ],
  ])()
  return made.join('')
}
