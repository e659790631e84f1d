import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { ConfigurationError } from '../../../configuration/index.ts'
import { silentLog, systemClock } from '../../../host/index.ts'
import { type AnalyzeInputs, analyze, parseAnalyzeInputs } from '../../../steps/analyze/index.ts'
import { type Runs, startRuns } from '../../support/kubernetes/runs.ts'

let folder: string
let runs: Runs | undefined
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'analyze-cluster-'))
  await writeFile(join(folder, 't.yaml'), template([prometheus]))
})
afterEach(async () => {
  await runs?.close()
  runs = undefined
  await rm(folder, { recursive: true, force: true })
})

const prometheus = { name: 'm', provider: { prometheus: { address: 'http://there', query: 'q' } } }

function template(metrics: readonly object[], args: readonly object[] = []): string {
  const spec = { args, metrics }
  return JSON.stringify({ apiVersion: 'argoproj.io/v1alpha1', kind: 'AnalysisTemplate', metadata: { name: 't' }, spec })
}

function parse(inputs: Partial<AnalyzeInputs>) {
  const none = { 'prometheus-url': '', 'prometheus-headers': [], args: [], secrets: [], timeout: '', report: '' }
  return parseAnalyzeInputs(
    { ...none, 'dry-run': 'false', templates: ['t.yaml'], ...inputs },
    { base: folder, within: [folder], env: {} },
  )
}

async function play(inputs: Partial<AnalyzeInputs>, status: object = { phase: 'Successful' }) {
  runs = await startRuns({ onCreate: api => api.write(status) })
  const request = await parse({ mode: 'cluster', kubeconfig: runs.kubeconfig, ...inputs })
  return analyze(request, {
    ...{ clock: systemClock, fetch, log: silentLog, signal: new AbortController().signal },
    kubernetes: { env: {}, cwd: folder, mask() {} },
  })
}

test.each<[string, Partial<AnalyzeInputs>, RegExp]>([
  ['another mode', { mode: 'remote' }, /^input "mode": neither local nor cluster \(found "remote"\)/],
  ['a context for local mode', { context: 'prod' }, /^input "context": only an analysis that is played in a cluster/],
  ['keep for local mode', { mode: 'local', keep: 'true' }, /^input "keep": .* Say mode: cluster/],
  [
    'another keep',
    { mode: 'cluster', keep: 'maybe' },
    /^input "keep": neither true, false nor on-failure \(found "maybe"\)/,
  ],
  ['a bad namespace', { mode: 'cluster', namespace: '../a' }, /^input "namespace": not the name of a namespace/],
  [
    'secrets',
    { mode: 'cluster', secrets: ['a/b=env:C'] },
    /^input "secrets": the controller reads the Secrets of its own/,
  ],
  [
    'headers',
    { mode: 'cluster', 'prometheus-headers': ['a: secret'] },
    /^input "prometheus-headers": everyone who may read/,
  ],
  [
    'a password',
    { mode: 'cluster', 'prometheus-url': 'https://u:secret@p' },
    /^input "prometheus-url": everyone who may/,
  ],
])('%s is refused with its cure, and no secret is shown', async (_, inputs, message) => {
  const parsing = parse(inputs)
  await expect(parsing).rejects.toThrow(message)
  await expect(parsing).rejects.toBeInstanceOf(ConfigurationError)
  await expect(parsing).rejects.not.toThrow('secret@')
})

test('an argument that reads a field of a Rollout is refused with its place, unless a value is supplied', async () => {
  const field = { name: 'x', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }
  await writeFile(join(folder, 't.yaml'), template([prometheus], [field]))
  await expect(play({})).rejects.toThrow(/^t\.yaml:1:\d+: argument "x" reads a field of a Rollout, .* Supply its value/)
  await runs?.close()
  expect((await play({ args: ['x=1'] })).result).toBe('successful')
})

test('the run is in the context’s namespace unless another is named, and measures where it is told to', async () => {
  await play({ 'prometheus-url': 'http://here' })
  expect(runs?.asked[0]?.path).toContain('/namespaces/apps/')
  expect(runs?.asked[0]?.body).toMatchObject({
    spec: { metrics: [{ provider: { prometheus: { address: 'http://here' } } }] },
  })
  await runs?.close()
  await play({ namespace: 'other' })
  expect(runs?.asked[0]?.path).toContain('/namespaces/other/')
})

test('any provider is measured there, and none but Prometheus here', async () => {
  const web = {
    name: 'm',
    provider: { web: { url: 'http://w', jsonPath: '{$.ok}' } },
    successCondition: 'result == "yes"',
  }
  await writeFile(join(folder, 't.yaml'), template([web]))
  await expect(parse({})).rejects.toThrow(/measured by web/)
  const at = '2026-01-01T00:00:00Z'
  const measured = { phase: 'Successful', value: '"yes"', startedAt: at, finishedAt: at }
  const report = await play(
    {},
    {
      phase: 'Successful',
      metricResults: [{ name: 'm', phase: 'Successful', count: 1, successful: 1, measurements: [measured] }],
    },
  )
  expect(report).toMatchObject({
    result: 'successful',
    metrics: [{ query: 'web', measurements: [{ value: '"yes"', values: [] }] }],
  })
})
