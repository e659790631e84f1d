import { condition } from './expressions.ts'
import type { Random } from './random.ts'

/** Names of arguments that a case may have; templates refer to them, to unknown ones, and to some in a broken way. */
export const argumentNames = [
  'x',
  'y',
  'bound',
  'count',
  'interval',
  'limit',
  'a b',
  'x-y',
  'é',
  'q"t',
  '',
  'x.y',
] as const

/** The value that an argument of this name should have, so that most runs get somewhere. */
export function argumentValue(name: string, random: Random, wild: boolean): string {
  if (wild && random.chance(0.25)) return random.pick(strangeTexts)
  switch (name) {
    case 'bound':
      return random.pick(['0.5', '0.95', '1', '0'])
    case 'count':
    case 'limit':
      return random.pick(['1', '2', '3', '0', '5'])
    case 'interval':
      return random.pick(['1s', '5s', '1m', '90s'])
    default:
      return random.pick([
        'web',
        'api',
        '5m',
        '1',
        'a"b',
        'é€😀',
        'back\\slash',
        'new\nline',
        '<&>',
        '$&',
        '{{args.x}}',
        '',
      ])
  }
}

const strangeTexts = [
  ...[
    '',
    ' ',
    'a"b',
    'back\\slash',
    'new\nline',
    'tab\t',
    'é€😀',
    '\u0007',
    '\u007f',
    '\u0000',
    '\u001b[31m',
    '\v\f\b',
  ],
  ...[
    '{{args.x}}',
    '{{',
    '}}',
    '{',
    '<&>',
    '\u2028',
    '\u00a0',
    '\u200b',
    "it's",
    '$1',
    '$&',
    '%s',
    '*****',
    '"}',
    '\\u0041',
  ],
  ...['\ufffd', '\ue000', '\u{10ffff}', '\u0085', '‮', 'ß', 'a,b', '\\', '\\"', 'temp-for-secret', 'null', '0x10'],
] as [string, ...string[]]

/** A credential that stands in a template as it is. */
export const clientSecret = 'qwertyuiop'

const limits = [
  ...[0, 1, 1, 2, 2, 3, 4, 5, -1, -2, 10, 100, 2_147_483_647, -2_147_483_648],
  ...['0', '1', '2', '3', '+2', '007', '-1', 'abc', '', ' 5', '5.0', '5%', '1e1', '0x2', '2147483648', '4294967297'],
  ...['9223372036854775807', '9223372036854775808', '-9223372036854775809', '99999999999999999999', '１', '1_0', '--1'],
  ...['{{args.count}}', '{{args.limit}}', '{{ args.limit }}'],
] as [number | string, ...(number | string)[]]

const durations = [
  ...['1s', '1s', '5s', '10s', '10s', '30s', '1m', '1m30s', '1h', '2s', '3s', '15s'],
  ...['500ms', '1.5s', '999ms', '100ms', '.5s', '1s500ms'],
] as [string, ...string[]]

const strangeDurations = [
  ...[
    '0s',
    '0',
    '-5s',
    '-1ms',
    '1d',
    '5',
    's',
    '',
    'soon',
    '1h1',
    '1 s',
    '+1s',
    '1ns',
    '1us',
    '1µs',
    '1S',
    '1.s',
    '.s',
  ],
  ...['{{args.interval}}', '9999999h', '2540400h', '-', '+', '1e3s', '1m-1s', '２s', '1s ', '0x1s', '0.0000000001s'],
] as [string, ...string[]]

/** One metric with a marker of its own in the query; a wild one may make no sense. */
export function metric(random: Random, index: number, wild: boolean): Record<string, unknown> {
  const made = { name: name(random, index, wild), ...(wild ? wildBounds(random) : sensibleBounds(random)) }
  return {
    ...made,
    ...(random.chance(0.75) && { successCondition: conditionText(random) }),
    ...(random.chance(0.5) && { failureCondition: conditionText(random) }),
    provider: provider(random, index, wild),
  }
}

/** Limits that pass validation: the count leaves room for them. */
function sensibleBounds(random: Random): Record<string, unknown> {
  const written = (value: number) => (random.chance(0.25) ? `${value}` : value)
  const count = random.weighted([
    [2, undefined],
    [2, 1],
    [8, 3 + random.below(6)],
    [1, 12 + random.below(30)],
  ])
  const room = count ?? 5
  const failureLimit = random.chance(0.6) ? random.below(Math.min(room, 4)) : undefined
  const consecutiveSuccessLimit = random.chance(0.2)
    ? random.below(Math.min(room - (failureLimit ?? 0), 4) + 1)
    : undefined
  const withoutFailures = consecutiveSuccessLimit !== undefined && consecutiveSuccessLimit > 0 && random.chance(0.2)
  const limits = {
    count,
    failureLimit: withoutFailures ? -1 : failureLimit,
    consecutiveSuccessLimit,
    inconclusiveLimit: random.chance(0.6) ? random.below(Math.min(room, 4)) : undefined,
    consecutiveErrorLimit: random.chance(0.5) ? random.below(4) : undefined,
  }
  return {
    ...((count ?? 0) > 1 || random.chance(0.6) ? { interval: random.pick(durations) } : {}),
    ...(random.chance(0.15) && { initialDelay: random.pick(durations) }),
    ...Object.fromEntries(
      Object.entries(limits).flatMap(([key, value]) => (value === undefined ? [] : [[key, written(value)]])),
    ),
  }
}

function wildBounds(random: Random): Record<string, unknown> {
  const limit = () => (random.chance(0.75) ? random.pick([0, 1, 2, 3, '1', '2', '3']) : random.pick(limits))
  const duration = () => (random.chance(0.8) ? random.pick(durations) : random.pick(strangeDurations))
  return {
    ...(random.chance(0.8) && { count: random.chance(0.5) ? random.pick([1, 3, 5, 12]) : random.pick(limits) }),
    ...(random.chance(0.85) && { interval: duration() }),
    ...(random.chance(0.3) && { initialDelay: duration() }),
    ...(random.chance(0.4) && { failureLimit: limit() }),
    ...(random.chance(0.4) && { inconclusiveLimit: limit() }),
    ...(random.chance(0.4) && { consecutiveErrorLimit: limit() }),
    ...(random.chance(0.3) && { consecutiveSuccessLimit: limit() }),
  }
}

function name(random: Random, index: number, wild: boolean): string {
  if (!wild || random.chance(0.7)) return `${random.pick(['success-rate', 'latency', 'errors'])}-${index}`
  return random.pick([
    'a',
    'b',
    'a.b',
    'rate (5m)',
    'π',
    'q"t',
    '{{args.x}}',
    'm-{{args.y}}',
    '',
    'line\nbreak',
    '[',
    'a+',
  ])
}

function conditionText(random: Random): string {
  return random.weighted<() => string>([
    [60, () => `result[0] ${random.pick(['>', '<', '>=', '<=', '=='])} ${random.pick(['0.5', '0.97', '1', '0'])}`],
    [10, () => random.pick(['result[0] == 1', 'len(result) > 0', 'true', 'false', 'isNaN(result[0])', ''])],
    [8, () => `result[0] < {{args.bound}}`],
    [2, () => `result[0] < asFloat("{{ args.x }}")`],
    [20, () => condition(random)],
  ])()
}

function provider(random: Random, index: number, wild: boolean): Record<string, unknown> {
  if (wild && random.chance(0.02)) return {}
  const query = `up{marker="${index}"${random.weighted<() => string>([
    [70, () => ''],
    [20, () => `, x="{{args.${random.pick(argumentNames)}}}"`],
    [4, () => `, x="{{ args.x }}", y="{{args.y}}{{args.y}}"`],
    [
      1,
      () => random.pick([', z="{{args.nobody}}"', ', z="{{args.x"', ', z="{{}}"', ', z="{{a<b}}"', ', z="{{args.X}}"']),
    ],
    [
      1,
      () =>
        random.pick([
          ', z="{{ x }}"',
          ', z="{ {args.x} }"',
          ', z="{{{args.x}}}"',
          ', z="}}"',
          ', z="é\\n"',
          ', z="<&>"',
        ]),
    ],
  ])()}}`
  const prometheus: Record<string, unknown> = { address: address(random), query }
  if (random.chance(0.05)) prometheus.timeout = random.pick([5, 30, -1, -30])
  if (random.chance(0.03)) prometheus.insecure = random.chance(0.5)
  if (random.chance(0.06)) {
    prometheus.headers = [
      { key: 'X-Scope-OrgID', value: random.pick(['team', '{{args.x}}', 'a b', '']) },
      ...(random.chance(0.3) ? [{ key: random.pick(['X-Other', 'x-scope-orgid']), value: '2' }] : []),
    ]
  }
  if (random.chance(0.04)) {
    prometheus.authentication = random.pick<unknown>([
      {},
      { sigv4: { region: 'eu-west-1' } },
      { oauth2: { tokenUrl: 'PROMETHEUS/token', clientId: 'id' } },
      { oauth2: { clientId: 'id', clientSecret, scopes: ['s'] } },
    ])
  }
  if (random.chance(0.12)) prometheus.rangeQuery = rangeQuery(random)
  return wild && random.chance(0.02) ? { prometheus, job: { spec: {} } } : { prometheus }
}

function address(random: Random): string | undefined {
  return random.weighted<string | undefined>([
    [100, 'PROMETHEUS'],
    [4, 'PROMETHEUS/'],
    [3, 'PROMETHEUS/prefix'],
    [1, 'PROMETHEUS/prefix//'],
    [3, undefined],
    [1, ''],
    [1, 'prometheus:9090'],
    [1, 'not a url'],
    [1, '/only/a/path'],
    [1, '{{args.x}}'],
  ])
}

function rangeQuery(random: Random): Record<string, string> {
  const times = [
    ...[
      'date("2024-01-01T00:00:00Z")',
      'date("2024-02-29", "2006-01-02")',
      'date("2024-01-01T00:00:00.25Z") + duration("5m")',
    ],
    ...[
      'date("2024-03-31T02:30:00+02:00")',
      'date("x")',
      '1700000000',
      '"2024"',
      '',
      'result',
      'isNaN(1)',
      'date("{{args.x}}")',
    ],
  ] as [string, ...string[]]
  return {
    start: random.chance(0.7) ? times[0] : random.pick(times),
    end: random.chance(0.7) ? times[0] : random.pick(times),
    step: random.chance(0.7) ? '1m' : random.pick(['15s', '1.5s', '1d', '', '0', '-1s', '100ms', '1ns', '1h']),
  }
}
