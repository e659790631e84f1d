import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { z } from 'zod'
import { loadCluster } from '../../../kubernetes/index.ts'
import { type Cluster, startCluster } from '../simulator/index.ts'
import { type Case, cases } from './cases.ts'
import { type Played, playAsAction, playOnCommandLine, timeless } from './play.ts'

let cluster: Cluster

beforeAll(async () => {
  cluster = await startCluster({ name: 'modes', rollouts: true })
  await cluster.client.apply({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'login', namespace: 'default' },
    stringData: { token: 'hunter2-hunter2' },
  })
})
afterAll(() => cluster?.stop())

async function runsLeft(): Promise<z.infer<typeof runs>['items']> {
  return runs.parse(await cluster.client.list('argoproj.io/v1alpha1', 'AnalysisRun', { namespace: 'default' })).items
}

const runs = z.object({
  items: z.array(
    z.object({
      metadata: z.object({
        name: z.string(),
        labels: z.record(z.string(), z.string()),
        annotations: z.record(z.string(), z.string()),
      }),
      spec: z.looseObject({ terminate: z.boolean().optional() }),
      status: z.looseObject({ phase: z.string() }),
    }),
  ),
})

const one = (name: string): Case => {
  const found = cases[name]
  if (!found) throw new Error(`there is no case ${name}`)
  return found
}

/** Played four at a time: each run waits most of its time. */
test('the same templates give the same status in both modes, up to its times', async () => {
  const names = Object.keys(cases)
  const differing: string[] = []
  await Promise.all(
    [0, 1, 2, 3].map(async worker => {
      for (const name of names.filter((_, index) => index % 4 === worker)) {
        const [local, remote] = await Promise.all([
          playOnCommandLine(one(name), {}),
          playOnCommandLine(one(name), { kubeconfig: cluster.kubeconfig }),
        ])
        try {
          agree(local, remote, one(name).phase)
        } catch (error) {
          differing.push(`${name}: ${error instanceof Error ? error.message : error}`)
        }
      }
    }),
  )
  expect(differing.join('\n')).toBe('')
  expect(await runsLeft()).toEqual([])
}, 600_000) // less than one where the machine has nothing else to do

function agree(local: Played, remote: Played, phase: string): void {
  expect(remote.report.status.phase).toBe(phase)
  expect(timeless(remote.report.status)).toEqual(timeless(local.report.status))
  expect(remote.report.result).toBe(local.report.result)
  expect(remote.code).toBe(local.code)
  expect(remote.asked).toEqual(local.asked)
  const bare = ({ report: { metrics } }: Played) =>
    metrics.map(({ measurements, explanation, ...metric }) => ({
      ...metric,
      // The controller drops a value that its condition cannot judge.
      measurements: measurements.map(({ time, values, ...rest }) => ({
        ...rest,
        values: rest.phase === 'Error' ? [] : values,
      })),
    }))
  expect(bare(remote)).toEqual(bare(local))
  for (const { log, report } of [local, remote]) expect(log + JSON.stringify(report)).not.toContain('hunter2')
}

const endless: Case = {
  documents: [
    {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'AnalysisTemplate',
      metadata: { name: 'Endless.Errors' },
      spec: { metrics: [{ name: 'm', interval: '1s', count: 1000, provider: { prometheus: { query: 'q' } } }] },
    },
  ],
  replies: { q: [{ v: [1] }] },
  phase: 'Successful',
}

test.each(['terminate-after', 'timeout'])('--%s ends the run in both modes, and is no success', async flag => {
  const flags = [`--${flag}`, '4s']
  const played = await Promise.all([
    playOnCommandLine(endless, { flags }),
    playOnCommandLine(endless, { flags, kubeconfig: cluster.kubeconfig }),
  ])
  for (const { report, code } of played) {
    expect(report.status).toMatchObject({ phase: 'Successful', message: 'Run Terminated' })
    expect(report.result).toBe(flag === 'timeout' ? 'timed-out' : 'cancelled')
    expect(report.metrics[0]?.measurements.length).toBeGreaterThanOrEqual(2)
    expect(code).not.toBe(0)
  }
  expect(await runsLeft()).toEqual([])
})

test('the bundled action plays a run in the cluster, masks the kubeconfig, and keeps what failed', async () => {
  const kubeconfig = await readFile(cluster.kubeconfig, 'utf8')
  const { code, log, report, summary, outputs } = await playAsAction(one('failed'), { kubeconfig })
  expect(code).toBe(1)
  expect(log.indexOf('::add-mask::')).toBe(0)
  expect(log.split('\n').filter(line => line.includes(cluster.token) && !line.startsWith('::add-mask::'))).toEqual([])
  expect(log).toMatch(/m: Failed \[7\]/)
  expect(log).toContain('::error::Analysis failed: Metric "m" failed')
  expect(summary).toContain('### Analysis failed')
  expect(outputs).toMatch(/^phase<<(\S+)\nFailed\n\1\n/)
  const [left, ...others] = await runsLeft()
  expect(others).toEqual([])
  expect(left).toMatchObject({
    metadata: {
      name: expect.stringMatching(/^t-[a-z0-9]{8}$/),
      labels: { 'app.kubernetes.io/managed-by': 'stovepipe' },
      annotations: { 'stovepipe.dev/created-by': 'https://github.com/acme/coolkit/actions/runs/42' },
    },
    status: { phase: 'Failed', message: report.status.message },
  })
  const reference = { apiVersion: 'argoproj.io/v1alpha1', kind: 'AnalysisRun' }
  await cluster.client.remove({ ...reference, metadata: { name: left?.metadata.name ?? '', namespace: 'default' } })
})

test('a cancelled job terminates the run in the cluster, in time, and still writes its report', async () => {
  const played = await playAsAction(endless, {
    kubeconfig: cluster.kubeconfig,
    inputs: { keep: 'true' },
    cancelWhen: /m: Successful \[1\]/,
  })
  expect(played.seconds).toBeLessThan(7.5)
  expect(played.code).toBe(1)
  expect(played.report).toMatchObject({
    result: 'cancelled',
    status: { phase: 'Successful', message: 'Run Terminated' },
  })
  expect(played.summary).toContain('### Analysis cancelled')
  const [left] = await runsLeft()
  expect(left).toMatchObject({
    metadata: { name: expect.stringMatching(/^endless-errors-[a-z0-9]{8}$/) },
    spec: { terminate: true },
    status: { phase: 'Successful', message: 'Run Terminated' },
  })
})

const withJob: Case = {
  ...endless,
  documents: [
    {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'AnalysisTemplate',
      metadata: { name: 'job' },
      spec: { metrics: [{ name: 'm', provider: { job: { spec: { templat: {} } } } }] },
    },
  ],
}

test.each([
  [
    'a field that the schema does not know',
    withJob,
    {},
    /templates\.yaml:1:\d+: the API refuses the AnalysisRun: .*templat/,
  ],
  [
    'a namespace that is not there',
    endless,
    { namespace: 'nowhere' },
    /has no such namespace \(found "nowhere"\)\. Create it/,
  ],
])('%s is refused by the real API, and told with its place and cure', async (_, one, inputs, said) => {
  const playing = playAsAction(one, { kubeconfig: cluster.kubeconfig, inputs })
  await expect(playing).rejects.toThrow(said)
  await expect(playing).rejects.toThrow('::error')
})

test('a pod’s own service account is enough', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'service-account-'))
  try {
    await writeFile(join(folder, 'ca.crt'), cluster.ca)
    await writeFile(join(folder, 'token'), cluster.token)
    const { hostname, port } = new URL(cluster.server)
    const env = { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port }
    const masked: string[] = []
    const host = { env, cwd: folder, serviceAccount: folder, mask: (secret: string) => void masked.push(secret) }
    const client = await loadCluster({}, host)
    const namespaces = await client.list({ group: '', version: 'v1', plural: 'namespaces' }, {})
    expect(namespaces.items.map(({ metadata }) => metadata.name)).toContain('kube-system')
    expect(masked).toEqual([cluster.token])
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

test('a cluster without Argo Rollouts and a token that it does not know are told with their cure', async () => {
  const bare = await startCluster({ name: 'bare' })
  try {
    const playing = (kubeconfig: string) => playAsAction(endless, { kubeconfig })
    await expect(playing(bare.kubeconfig)).rejects.toThrow(/knows no AnalysisRuns\. Install Argo Rollouts there/)
    const text = await readFile(bare.kubeconfig, 'utf8')
    await expect(playing(text.replaceAll(bare.token, 'expired-token'))).rejects.toThrow(
      /does not accept the credentials/,
    )
  } finally {
    await bare.stop()
  }
})
