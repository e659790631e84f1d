import type { Case, Outcome } from '../oracle/index.ts'
import { clientSecret } from './metrics.ts'
import type { Played } from './play.ts'

/** Wording that differs because it is that of Go's libraries, not of the controller. The phase must agree all the same. */
type Wording = {
  name: string
  why: string
  /** What the controller's libraries say, and what is said here. */
  theirs: RegExp
  ours: RegExp
}

/** Something that is meant to end differently: cases in which it was met are left out of the comparison. */
type Exception = {
  name: string
  why: string
  applies(played: Case, ours: Played, theirs: Outcome): boolean
}

/** A message as a whole, or as the run's message quotes it at its end. */
function message(pattern: string): RegExp {
  return new RegExp(`(?<=Error Message: )(?:${pattern})(?="$)|^(?:${pattern})$`, 's')
}

const garbled = [
  ...[
    'the answer is not (?:JSON|a JSON object)',
    'a sample',
    'a series',
    'the result is',
    'the values of',
    'the labels of',
  ],
  ...['the warnings are', '"\\w+" is no text'],
].join('|')

/** Keep these lists near empty: everything in them is a difference that a user could see. */
export const wordings: readonly Wording[] = [
  {
    name: 'answer that is no result',
    why: 'jsoniter says where in the bytes it gave up; here it is said what the answer looks like',
    theirs: message('(?:bad_response: )?(?:(?!Error Message: ).)*error found in #\\d+ byte of .*?'),
    ours: message(`bad_response: (?:${garbled}).*?|unexpected value type "\\w*"`),
  },
  {
    name: 'header that cannot be sent',
    why: 'net/http names address and header; here the header is named, and the cure',
    theirs: message('Post "[^"]*": net/http: invalid header field (?:name|value).*?'),
    ours: message('the value of the header .*? has characters that are not allowed'),
  },
]

export const exceptions: readonly Exception[] = [
  {
    name: 'half a sample',
    why: "Go's client takes what is missing of [timestamp, value] for 0 and leaves out what is too much; here it is an error",
    applies: (_played, ours) => /a sample is not \[timestamp, value\]/.test(JSON.stringify(ours)),
  },
  {
    name: "secret in a metric's name",
    why: 'the controller keeps the result under the secret and looks for it under "temp-for-secret": it never assesses it',
    applies: (_played, { spec }) => {
      const {
        metrics = [],
        args = [],
      }: { metrics?: { name: string }[]; args?: { name: string; valueFrom?: object }[] } = Object(spec)
      const secret = args.filter(({ valueFrom }) => valueFrom && 'secretKeyRef' in valueFrom).map(({ name }) => name)
      return metrics.some(({ name }) => secret.some(arg => name.includes(`{{args.${arg}}}`)))
    },
  },
  {
    name: 'refused by name',
    why: 'what the engine does not support it refuses by name, and never plays differently',
    applies: (_played, ours) => ours.unsupported?.includes('not supported here') ?? false,
  },
]

/** What the controller shows and is hidden here. */
export const hidden = {
  query: {
    name: 'secret in a query',
    why: 'the controller hides secrets in the messages of measurements alone, and records the query with them',
  },
  credential: {
    name: 'credential in a message',
    why: 'the controller quotes a whole metric when an argument is unknown, with the credentials in it',
  },
} as const

export type Explained = { ours: Played; theirs: Outcome; by: string[]; excepted: boolean }

/** Rewrites two outcomes by the wordings that are known, and names what was met. */
export function explain(played: Case, ours: Played, theirs: Outcome): Explained {
  const met = exceptions.filter(exception => exception.applies(played, ours, theirs)).map(({ name }) => name)
  if (met.length > 0) return { ours, theirs, by: met, excepted: true }
  const by = new Set<string>()
  return {
    ours: rewritten(ours, 'ours', by),
    theirs: withoutSecrets(rewritten(theirs, 'theirs', by), played, by),
    by: [...by],
    excepted: false,
  }
}

/** Every text in it, at any depth. */
function rewritten<T>(outcome: T, side: 'ours' | 'theirs', by: Set<string>): T {
  return JSON.parse(JSON.stringify(outcome), (_key, value: unknown) => {
    if (typeof value !== 'string') return value
    return wordings.reduce((text, wording) => {
      const next = text.replace(wording[side], `<${wording.name}>`)
      if (next !== text) by.add(wording.name)
      return next
    }, value)
  })
}

/** Hides in the controller's outcome what is hidden here. */
function withoutSecrets(theirs: Outcome, { secrets = {} }: Case, by: Set<string>): Outcome {
  const values = Object.values(secrets).flatMap(keys => Object.values(keys).map(value => value.trim()))
  return JSON.parse(JSON.stringify(theirs), (key, value: unknown) => {
    if (key === 'message' && typeof value === 'string' && value.includes(clientSecret)) {
      by.add(hidden.credential.name)
      return value.replaceAll(clientSecret, '*****')
    }
    if (key !== 'ResolvedPrometheusQuery' || typeof value !== 'string') return value
    const safe = values
      .filter(secret => secret !== '')
      .reduce((text, secret) => text.replaceAll(secret, '*****'), value)
    if (safe !== value) by.add(hidden.query.name)
    return safe
  })
}
