import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { z } from 'zod'
import { startScripted } from '../support/prometheus/scripted.ts'
import { type Cluster, eventually, type KubernetesObject, startCluster } from './simulator/index.ts'

let cluster: Cluster

beforeAll(async () => {
  cluster = await startCluster({ name: 'controller', rollouts: true })
})
afterAll(() => cluster?.stop())

const finished = z.object({
  status: z.object({
    phase: z.enum(['Successful', 'Failed', 'Error', 'Inconclusive']),
    message: z.string().optional(),
    metricResults: z.array(z.object({ name: z.string(), phase: z.string(), successful: z.number().optional() })),
  }),
})

test.each([
  { values: [1, 1], phase: 'Successful', message: undefined },
  { values: [1, 9], phase: 'Failed', message: 'Metric "errors" assessed Failed due to failed (1) > failureLimit (0)' },
])('the real controller measures $values at a scripted Prometheus: $phase', async ({ values, phase, message }) => {
  const prometheus = await startScripted({ errors: values.map(value => ({ v: [value] })) })
  try {
    const run = analysisRun(`errors-${phase.toLowerCase()}`, prometheus.url, values.length)
    await cluster.client.apply(run)
    const { status } = await eventually('the AnalysisRun ends', async () => {
      return finished.safeParse(await cluster.client.get(run)).data
    })
    expect(status).toMatchObject({ phase, metricResults: [{ name: 'errors', phase }] })
    expect(status.message).toBe(message)
    expect(prometheus.asked.get('errors')).toBe(2)
  } finally {
    await prometheus.close()
  }
})

function analysisRun(name: string, address: string, count: number): KubernetesObject {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AnalysisRun',
    metadata: { name, namespace: 'default' },
    spec: {
      metrics: [
        {
          name: 'errors',
          interval: '1s',
          count,
          successCondition: 'result[0] < 5',
          provider: { prometheus: { address, query: 'errors' } },
        },
      ],
    },
  }
}
