import type { Reply } from '../../support/prometheus/scripted.ts'

/** A set of templates, what Prometheus answers to them, and how the run must end wherever it is played. */
export type Case = {
  documents: readonly object[]
  replies: Readonly<Record<string, readonly Reply[]>>
  args?: readonly string[]
  /** Of Secret `login` in the cluster; here it comes from the environment. */
  secret?: string
  phase: string
}

function template(name: string, metrics: readonly object[], more: object = {}): object {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AnalysisTemplate',
    metadata: { name },
    spec: { metrics, ...more },
  }
}

function metric(name: string, query: string, more: object = {}): object {
  const provider = { prometheus: { query } }
  return { name, interval: '1s', count: 2, successCondition: 'result[0] < 5', provider, ...more }
}

const v = (...values: number[]): Reply[] => values.map(value => ({ v: [value] }))
const away: Reply = { status: 503, body: 'away' }

export const cases: Readonly<Record<string, Case>> = {
  successful: { documents: [template('t', [metric('m', 'q')])], replies: { q: v(1, 2.5) }, phase: 'Successful' },
  failed: { documents: [template('t', [metric('m', 'q')])], replies: { q: v(1, 7) }, phase: 'Failed' },
  'failed, which stops the others': {
    documents: [template('t', [metric('m', 'q'), metric('long', 'r', { count: 100 })])],
    replies: { q: v(9), r: v(1) },
    phase: 'Failed',
  },
  'failed within its limit': {
    documents: [template('t', [metric('m', 'q', { count: 3, failureLimit: '1' })])],
    replies: { q: v(1, 7, 2) },
    phase: 'Successful',
  },
  inconclusive: {
    documents: [template('t', [metric('m', 'q', { failureCondition: 'result[0] > 7' })])],
    replies: { q: v(6) },
    phase: 'Inconclusive',
  },
  error: {
    documents: [template('t', [metric('m', 'q', { consecutiveErrorLimit: 0 })])],
    replies: { q: [away] },
    phase: 'Error',
  },
  'error in a condition': {
    documents: [template('t', [metric('m', 'q', { consecutiveErrorLimit: 0, successCondition: 'result > 1' })])],
    replies: { q: v(1) },
    phase: 'Error',
  },
  'no data': {
    documents: [template('t', [metric('m', 'q', { successCondition: 'len(result) == 0' })])],
    replies: { q: [{ empty: true }] },
    phase: 'Successful',
  },
  'dry run that fails': {
    documents: [template('t', [metric('m', 'q'), metric('dry', 'r')], { dryRun: [{ metricName: 'dry' }] })],
    replies: { q: v(1), r: v(9) },
    phase: 'Successful',
  },
  'nothing but dry runs': {
    documents: [template('t', [metric('m', 'q')], { dryRun: [{ metricName: 'm' }] })],
    replies: { q: v(9) },
    phase: 'Successful',
  },
  'successes running': {
    documents: [template('t', [metric('m', 'q', { count: 5, consecutiveSuccessLimit: 2 })])],
    replies: { q: v(1, 2) },
    phase: 'Successful',
  },
  'more measurements than are kept': {
    documents: [
      template('t', [metric('m', 'q', { count: 5 })], { measurementRetention: [{ metricName: 'm', limit: 2 }] }),
    ],
    replies: { q: v(1, 2, 3, 4, 0) },
    phase: 'Successful',
  },
  'two templates, one in another, with arguments': {
    documents: [
      template('t', [metric('m', 'q{app="{{args.app}}"}')], {
        args: [{ name: 'app' }],
        templates: [{ templateName: 'inner' }],
      }),
      template('inner', [metric('n', 'r{zone="{{args.zone}}"}')], {
        args: [{ name: 'zone', value: 'a' }, { name: 'app' }],
      }),
    ],
    args: ['app=web "x"'],
    replies: { 'q{app="web "x""}': v(1), 'r{zone="a"}': v(2) },
    phase: 'Successful',
  },
  'a secret': {
    documents: [
      template('t', [metric('m', 'q{token="{{args.token}}"}')], {
        args: [{ name: 'token', valueFrom: { secretKeyRef: { name: 'login', key: 'token' } } }],
      }),
    ],
    secret: 'hunter2-hunter2',
    replies: { 'q{token="hunter2-hunter2"}': v(1) },
    phase: 'Successful',
  },
  'a spec that the controller refuses': {
    documents: [template('t', [metric('m', 'q', { interval: '' })])],
    replies: {},
    phase: 'Error',
  },
  'an argument that nobody knows': {
    documents: [template('t', [metric('m', 'q{x="{{args.y}}"}')])],
    replies: {},
    phase: 'Error',
  },
}
