import { afterEach, expect, test } from '@jest/globals'
import { ConfigurationError, readDocuments } from '../../../configuration/index.ts'
import type { Log } from '../../../host/index.ts'
import { loadCluster } from '../../../kubernetes/index.ts'
import { loadTemplates, mergeTemplates } from '../../../rollouts/analysis/index.ts'
import { type ClusterRunOptions, runInCluster } from '../../../rollouts/cluster/index.ts'
import { fastClock } from '../../support/kubernetes/fast-clock.ts'
import { type Fault, type Runs, startRuns } from '../../support/kubernetes/runs.ts'
import { refuse, send } from '../../support/kubernetes/scripted.ts'

const template = `apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: { name: errors }
spec:
  args: [{ name: app }, { name: token, valueFrom: { secretKeyRef: { name: s, key: k } } }]
  metrics:
    - name: ratio
      interval: 1s
      count: 3
      failureLimit: 1
      successCondition: result[0] < 0.5
      provider:
        prometheus: { address: "http://p", query: 'q{app="{{args.app}}",t="{{args.token}}"}' }
`

let runs: Runs
afterEach(() => runs.close())

const time = (second: number) => new Date(1_700_000_000_000 + second * 1000).toISOString().replace('.000', '')

/** A status after these values were measured, in the form the controller writes it. */
function after(values: readonly number[], more: object = {}, metric: object = {}) {
  const measurements = values.map((value, index) => ({
    phase: value < 0.5 ? 'Successful' : 'Failed',
    value: `[${value}]`,
    startedAt: time(index),
    finishedAt: time(index),
  }))
  const failed = values.filter(value => value >= 0.5).length
  const counts = { count: values.length, successful: values.length - failed, ...(failed > 0 && { failed }) }
  const metadata = { ResolvedPrometheusQuery: 'q{app="web",t="hunter2"}' }
  return {
    phase: 'Running',
    startedAt: time(0),
    metricResults: [
      { name: 'ratio', phase: 'Running', ...counts, measurements: measurements.slice(-10), metadata, ...metric },
    ],
    runSummary: {},
    dryRunSummary: {},
    ...more,
  }
}

const done = { phase: 'Successful', runSummary: { count: 1, successful: 1 } }
const terminated = { phase: 'Successful', message: 'Run Terminated' }

type Played = Parameters<typeof startRuns>[0] &
  Partial<Pick<ClusterRunOptions, 'keep' | 'signal' | 'timeout'>> & { factor?: number }

/** Plays the template on a scripted API; the default controller succeeds after three measurements. */
async function play({
  factor = 10,
  keep = 'false',
  signal = new AbortController().signal,
  timeout,
  ...script
}: Played = {}) {
  runs = await startRuns({ onCreate: api => api.write(after([0, 0.1, 0.2], done, { phase: 'Successful' })), ...script })
  const library = loadTemplates(readDocuments(template, 'errors.yaml'))
  const spec = mergeTemplates(library, { args: { app: 'web' } })
  const lines: string[] = []
  const say = (line: string) => void lines.push(line)
  const log: Log = { debug: say, info: say, warning: say, error: say }
  const client = await loadCluster({ kubeconfig: runs.kubeconfig }, { env: {}, cwd: '/', mask() {} })
  const measured: string[] = []
  const outcome = await runInCluster(spec, {
    ...{ client, library, keep, log, signal, namespace: 'apps', clock: fastClock(factor) },
    origin: { name: 'Errors, of web', from: 'https://example.com/runs/1' },
    ...(timeout !== undefined && { timeout }),
    onMeasurement: ({ name }, { phase, value }, { counts }) =>
      measured.push(`${name} ${phase} ${value} #${counts.count}`),
  })
  return { outcome, lines, measured }
}

test('a run is created whole, followed, and deleted', async () => {
  const { outcome, measured } = await play()
  expect(runs.asked.map(({ method }) => method)).toEqual(expect.arrayContaining(['POST', 'GET', 'DELETE']))
  expect(runs.asked[0]?.path).toBe('/apis/argoproj.io/v1alpha1/namespaces/apps/analysisruns')
  expect(runs.asked[0]?.body).toMatchObject({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AnalysisRun',
    metadata: {
      name: expect.stringMatching(/^errors-of-web-[bcdfghjklmnpqrstvwxz2456789]{8}$/),
      labels: {
        'app.kubernetes.io/managed-by': 'stovepipe',
        'stovepipe.dev/invocation': expect.stringMatching(/^[\w-]{36}$/),
      },
      annotations: {
        'stovepipe.dev/templates': 'Errors, of web',
        'stovepipe.dev/created-by': 'https://example.com/runs/1',
      },
    },
    spec: {
      args: [
        { name: 'app', value: 'web' },
        { name: 'token', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
      ],
      metrics: [{ name: 'ratio', count: 3 }],
    },
  })
  expect(measured).toEqual(['ratio Successful [0] #3', 'ratio Successful [0.1] #3', 'ratio Successful [0.2] #3'])
  expect(outcome).toMatchObject({
    ending: 'completed',
    status: { phase: 'Successful', runSummary: { count: 1, successful: 1 } },
    metrics: [{ name: 'ratio', phase: 'Successful', reachedEnd: true, finite: true, limits: { count: 3, failure: 1 } }],
  })
  expect(runs.run()).toBeUndefined()
})

test('no secret is in what is given, though the controller writes it down', async () => {
  const { outcome } = await play()
  expect(outcome.metrics[0]?.query).toBe('q{app="web",t="*****"}')
  expect(outcome.status.metricResults[0]?.metadata).toEqual({ ResolvedPrometheusQuery: 'q{app="web",t="*****"}' })
  expect(JSON.stringify(outcome)).not.toContain('hunter2')
})

test('each measurement is told once, as it comes, also those that the status no longer keeps', async () => {
  const values = Array.from({ length: 14 }, (_, index) => index / 100)
  const { outcome, measured, lines } = await play({
    onCreate: async api => {
      for (const upTo of [1, 1, 2, 14]) {
        api.write(after(values.slice(0, upTo)))
        await new Promise(resolve => setTimeout(resolve, 50))
      }
      api.write(after(values, done))
    },
  })
  expect(measured).toHaveLength(12)
  expect(outcome.metrics[0]?.history.map(({ values: [first] }) => first)).toEqual([0, 0.01, ...values.slice(4)])
  expect(lines).toContain('ratio: 2 measurements were dropped from the run before they were seen')
})

const once = (match: (path: string, watch: boolean) => boolean, answer: Fault): Fault => {
  let met = false
  return (asked, response, api) => {
    if (met || asked.method !== 'GET' || !match(asked.path, asked.query.get('watch') === '1')) return undefined
    met = true
    return answer(asked, response, api)
  }
}
const answered = (_: unknown): true => true

const slowly = (api: Runs) => {
  api.write(after([0]))
  setTimeout(() => api.write(after([0, 0.1, 0.2], done)), 700)
}

test.each<[string, Fault, RegExp | undefined]>([
  [
    'a watch that expires',
    once(
      (_, watch) => watch,
      (_, r) => answered(refuse(r, 410, 'Expired', 'too old')),
    ),
    undefined,
  ],
  [
    'a watch that expires later',
    once(
      (_, watch) => watch,
      (_, r) => answered(r.writeHead(200).end('{"type":"ERROR","object":{"kind":"Status","code":410}}\n')),
    ),
    undefined,
  ],
  [
    'a watch that is dropped',
    once(
      (_, watch) => watch,
      (_, r) => answered(r.writeHead(200) && r.write('{"typ') && setTimeout(() => r.destroy(), 20)),
    ),
    undefined,
  ],
  [
    'a watch that ends at once',
    once(
      (_, watch) => watch,
      (_, r) => answered(r.writeHead(200).end()),
    ),
    undefined,
  ],
  [
    'a watch that is not allowed',
    ({ query }, r) => (query.get('watch') ? answered(refuse(r, 403, 'Forbidden', 'no watch')) : undefined),
    undefined,
  ],
  [
    'a proxy that cannot watch',
    ({ query }, r) => (query.get('watch') ? answered(send(r, 200, '<html>\n', 'text/html')) : undefined),
    undefined,
  ],
  [
    'an API that is away for a moment',
    once(
      (_, watch) => !watch,
      (_, r) => answered(send(r, 503, 'away')),
    ),
    /is out of reach: HTTP status 503: away$/,
  ],
  [
    'an API that is busy',
    once(
      (_, watch) => !watch,
      (_, r) => answered(refuse(r, 429, 'TooManyRequests', 'later', { retryAfterSeconds: 1 })),
    ),
    /is out of reach: later$/,
  ],
  ['a creation whose answer is lost', lostAnswer(), undefined],
])('%s is got over', async (what, fault, warning) => {
  const { outcome, measured, lines } = await play({ onCreate: slowly, fault })
  expect(outcome.status.phase).toBe('Successful')
  expect(measured).toHaveLength(3)
  const watches = runs.asked.filter(({ query }) => query.get('watch') === '1').length
  expect(watches > 1).toBe(/expires|dropped|ends/.test(what))
  const warned = lines.filter(line => line.includes('out of reach'))
  expect(warned).toEqual(warning ? [expect.stringMatching(warning)] : [])
})

/** The run is made, and the connection breaks before the answer is sent. */
function lostAnswer(): Fault {
  let lost = false
  return (asked, response) => {
    if (asked.method !== 'POST' || lost) return undefined
    lost = true
    response.end = (() => response.destroy()) as typeof response.end
    return undefined
  }
}

test.each<[string, Fault, RegExp]>([
  [
    '401',
    (_, r) => answered(refuse(r, 401, 'Unauthorized', 'Unauthorized')),
    /does not accept the credentials: Unauthorized\. The token may have expired/,
  ],
  [
    '403',
    (_, r) => answered(refuse(r, 403, 'Forbidden', 'cannot create')),
    /forbids it: cannot create\. Allow create, get, watch, patch and delete of analysisruns\.argoproj\.io in namespace apps/,
  ],
  [
    '404 of the kind',
    (_, r) => answered(send(r, 404, '404 page not found\n', 'text/plain')),
    /knows no AnalysisRuns\. Install Argo Rollouts there/,
  ],
  [
    '404 of the namespace',
    (_, r) => answered(refuse(r, 404, 'NotFound', 'namespaces "apps" not found', { kind: 'namespaces' })),
    /^input "namespace": .* has no such namespace \(found "apps"\)/,
  ],
  [
    '422',
    (_, r) =>
      answered(
        refuse(r, 422, 'Invalid', 'spec.metrics[0].count: Invalid value', {
          causes: [{ field: 'spec.metrics[0].count', message: 'Invalid value' }],
        }),
      ),
    /^errors\.yaml:9:14: the API refuses the AnalysisRun: spec\.metrics\[0\]\.count: Invalid value/,
  ],
  [
    '400',
    (_, r) =>
      answered(
        refuse(r, 400, 'BadRequest', 'strict decoding error: unknown field "spec.metrics[0].provider.prometheus.x"'),
      ),
    /^errors\.yaml:13:21: the API refuses/,
  ],
  [
    'a login page',
    (_, r) => answered(send(r, 200, '<html>log in</html>', 'text/html')),
    /does not answer as a Kubernetes API does: .*log in/,
  ],
])('a creation that meets %s is a mistake with its place and cure', async (_, fault, message) => {
  const playing = play({ fault })
  await expect(playing).rejects.toThrow(message)
  await expect(playing).rejects.toBeInstanceOf(ConfigurationError)
})

test('another run by that name is left alone', async () => {
  const fault: Fault = (asked, response) =>
    asked.method === 'POST' ? answered(refuse(response, 409, 'AlreadyExists', 'taken')) : undefined
  await expect(play({ fault })).rejects.toThrow('taken')
  expect(runs.asked.map(({ method }) => method)).toEqual(['POST'])
})

test('an API out of reach is asked again, and then told as it is', async () => {
  const fault: Fault = (_, response) => answered(response.destroy())
  await expect(play({ fault, factor: 100 })).rejects.toMatchObject({
    reason: 'unreachable',
    message: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+ did not create the AnalysisRun: /),
  })
  expect(runs.asked).toHaveLength(5)
})

test('a token that expires on the way ends in phase Error, with the cure, and what was seen', async () => {
  let written = false
  const fault: Fault = (asked, response, api) => {
    if (asked.method === 'POST') return undefined
    if (written) return answered(refuse(response, 401, 'Unauthorized', 'Unauthorized'))
    if (asked.query.get('watch') !== '1') return undefined
    written = true
    api.write(after([0]))
    return answered(refuse(response, 410, 'Expired', 'too old'))
  }
  const { outcome, lines } = await play({ onCreate: api => api.write(after([0])), fault })
  expect(outcome.status).toMatchObject({
    phase: 'Error',
    message: expect.stringMatching(/lost sight of: .* The token may have expired/),
    metricResults: [{ count: 1 }],
  })
  expect(lines).toContainEqual(
    expect.stringMatching(
      /could not be deleted: Unauthorized\. Do it by hand: kubectl delete analysisrun errors-of-web-\w+ --namespace apps/,
    ),
  )
})

test('a run that somebody deletes ends in phase Error', async () => {
  const { outcome } = await play({
    onCreate: api => {
      api.write(after([0]))
      setTimeout(() => api.remove(), 100)
    },
  })
  expect(outcome.status).toMatchObject({
    phase: 'Error',
    message: 'the AnalysisRun was deleted before it was completed',
  })
})

test('another run of that name, made after ours was deleted, is not ours', async () => {
  const metadata = { name: 'errors', uid: 'uid-2', resourceVersion: '9' }
  const fault: Fault = (asked, response) => {
    if (asked.method !== 'GET') return undefined
    if (asked.query.get('watch') === '1') return answered(refuse(response, 410, 'Expired', 'too old'))
    return answered(send(response, 200, { metadata, status: after([0], done) }))
  }
  const { outcome } = await play({ onCreate() {}, fault })
  expect(outcome.status).toMatchObject({
    phase: 'Error',
    message: 'the AnalysisRun was deleted before it was completed',
  })
})

test('a run that somebody terminates is terminated', async () => {
  const { outcome } = await play({ onCreate: api => api.write(after([0], terminated)) })
  expect(outcome).toMatchObject({ ending: 'terminated', status: { phase: 'Successful' } })
})

const terminating = { onTerminate: (api: Runs) => api.write(after([0], terminated)) }

test('a cancellation terminates the run, and its end is reported', async () => {
  const abort = new AbortController()
  const { outcome } = await play({
    ...terminating,
    signal: abort.signal,
    onCreate: api => {
      api.write(after([0]))
      setTimeout(() => abort.abort(new Error('cancelled')), 100)
    },
  })
  expect(outcome).toMatchObject({ ending: 'terminated', status: terminated, metrics: [{ counts: { count: 1 } }] })
  expect(runs.run()).toBeUndefined()
})

test('a timeout terminates the run, which is no success and stays', async () => {
  const { outcome } = await play({
    ...terminating,
    onCreate: api => api.write(after([0])),
    timeout: 2000,
    keep: 'on-failure',
  })
  expect(outcome).toMatchObject({ ending: 'cut-short', status: terminated })
  expect(runs.run()).toBeDefined()
})

test('a cancelled run that no controller ends is reported as it was last seen, within the grace', async () => {
  const abort = new AbortController()
  const started = Date.now()
  const { outcome, lines } = await play({
    factor: 1,
    signal: abort.signal,
    onCreate: () => setTimeout(() => abort.abort(new Error('cancelled')), 100),
  })
  expect(Date.now() - started).toBeLessThan(6500)
  expect(outcome).toMatchObject({ ending: 'terminated', status: { phase: 'Pending' } })
  expect(lines).toContainEqual(expect.stringMatching(/has not ended yet: it was last seen Pending$/))
})

test('an API that hangs does not hold a cancellation up', async () => {
  const abort = new AbortController()
  const started = Date.now()
  const { outcome, lines } = await play({
    factor: 1,
    signal: abort.signal,
    fault: ({ method }) => (method === 'PATCH' || method === 'DELETE' ? true : undefined),
    onCreate: () => setTimeout(() => abort.abort(new Error('cancelled')), 100),
  })
  expect(Date.now() - started).toBeLessThan(7000)
  expect(outcome.ending).toBe('terminated')
  expect(lines).toContainEqual(
    expect.stringMatching(/could not be terminated: .* kubectl argo rollouts terminate analysisrun errors-/),
  )
  expect(lines).toContainEqual(expect.stringMatching(/could not be deleted: no answer within 1\.5 s/))
})

test('who cancels while the run is being created leaves none behind', async () => {
  const abort = new AbortController()
  const fault: Fault = ({ method }) => {
    if (method !== 'POST') return undefined
    setTimeout(() => abort.abort(new Error('cancelled')), 50)
    return true
  }
  const { outcome } = await play({ signal: abort.signal, fault })
  expect(outcome).toMatchObject({ ending: 'terminated', status: { phase: 'Pending', metricResults: [] } })
  expect(runs.asked.map(({ method }) => method)).toEqual(['POST', 'DELETE'])
})

test('a controller that is not there is asked after', async () => {
  const { lines, outcome } = await play({ factor: 100, onCreate() {}, timeout: 60_000 })
  expect(lines).toContainEqual(
    expect.stringMatching(/^no controller has looked at the AnalysisRun yet\. Does Argo Rollouts run/),
  )
  expect(outcome).toMatchObject({ ending: 'cut-short', status: { phase: 'Pending' } })
})

test.each<['true' | 'false' | 'on-failure', object, boolean]>([
  ['true', done, true],
  ['false', { phase: 'Failed' }, false],
  ['on-failure', done, false],
  ['on-failure', { phase: 'Failed' }, true],
  ['on-failure', { phase: 'Inconclusive' }, true],
  ['on-failure', terminated, false],
])('keep %s of %j', async (keep, status, kept) => {
  await play({ keep, onCreate: api => api.write(after([0], status)) })
  expect(runs.run() !== undefined).toBe(kept)
})
