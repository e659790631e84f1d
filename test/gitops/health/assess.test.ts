import { expect, test } from '@jest/globals'
import { applicationSchema, assess, podSchema, workloadSchema } from '../../../gitops/health/index.ts'

const digest = `sha256:${'a'.repeat(64)}`
const older = `sha256:${'b'.repeat(64)}`
const repository = 'ghcr.io/acme/coolkit'
const image = `${repository}:sha-1@${digest}`
const now = Date.parse('2026-01-01T12:00:00Z')
const since = now - 60_000
const at = (ms: number) => new Date(ms).toISOString()

type Given = { workloads?: readonly object[]; pods?: readonly object[]; health?: object; missing?: readonly string[] }

function judge({ workloads = [deployment()], pods = [], health = { status: 'Healthy' }, missing = [] }: Given) {
  return assess({
    application: applicationSchema.parse({ metadata: { name: 'a' }, status: { health } }),
    sync: { kind: 'synced', revision: 'c'.repeat(40), since },
    workloads: workloads.map(workload => workloadSchema.parse(workload)),
    missing,
    pods: pods.map(pod => podSchema.parse(pod)),
    wanted: { repository, digest },
    now,
  })
}

function workload(kind: string, spec: object, status: object, containers = [{ name: 'app', image }]) {
  return {
    kind,
    metadata: { name: 'web', generation: 4 },
    spec: { replicas: 3, template: { spec: { containers } }, ...spec },
    status: { observedGeneration: 4, replicas: 3, updatedReplicas: 3, availableReplicas: 3, ...status },
  }
}

const deployment = (spec: object = {}, status: object = {}, containers?: { name: string; image: string }[]) =>
  workload('Deployment', spec, status, containers)
const statefulSet = (spec: object = {}, status: object = {}) => workload('StatefulSet', spec, status)
const daemonSet = (status: object) => workload('DaemonSet', { replicas: undefined }, status)
const stable = { observedGeneration: '4', phase: 'Healthy', stableRS: 'x', currentPodHash: 'x' }
const rollout = (spec: object = {}, status: object = {}) => workload('Rollout', spec, { ...stable, ...status })

function podTemplate() {
  return {
    kind: 'PodTemplate',
    metadata: { name: 'web', generation: 4 },
    template: { spec: { containers: [{ name: 'app', image }] } },
  }
}

const pod = (image: string, more: object = {}, status: object = {}) => ({
  metadata: { name: 'web-0', ...more },
  spec: { containers: [{ name: 'app', image }] },
  status: { phase: 'Running', ...status },
})

test.each<[string, Given, object]>([
  ['everything is there', {}, { kind: 'healthy', replicas: 3, provesSync: true }],
  ['a StatefulSet', { workloads: [statefulSet()] }, { kind: 'healthy', replicas: 3 }],
  [
    'a DaemonSet',
    { workloads: [daemonSet({ desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 2 })] },
    { kind: 'healthy', replicas: 2 },
  ],
  ['a promoted Rollout', { workloads: [rollout()] }, { kind: 'healthy', replicas: 3 }],
  [
    'nothing is desired',
    { workloads: [deployment({ replicas: 0 }, { replicas: 0, updatedReplicas: 0, availableReplicas: 0 })] },
    { kind: 'scaled-to-zero', provesSync: true },
  ],
  [
    'another workload is scaled to zero',
    {
      workloads: [
        deployment(),
        workload('Deployment', { replicas: 0 }, { replicas: 0, updatedReplicas: 0, availableReplicas: 0 }, [
          { name: 'x', image: 'redis:7' },
        ]),
      ],
    },
    { kind: 'healthy', replicas: 3 },
  ],
  [
    'only another image runs',
    {
      workloads: [
        deployment({ replicas: 0 }, { replicas: 0, updatedReplicas: 0 }),
        deployment({}, {}, [{ name: 'x', image: 'redis:7' }]),
      ],
    },
    { kind: 'scaled-to-zero' },
  ],
  [
    'a pod that a CronJob began under the old pin has the labels of the workload',
    { pods: [pod(`${repository}@${older}`, { ownerReferences: [{ kind: 'Job' }] })] },
    { kind: 'healthy' },
  ],
  [
    'a CronJob is suspended',
    {
      workloads: [deployment(), { kind: 'CronJob', metadata: { name: 'c', generation: 1 }, spec: {} }],
      health: { status: 'Suspended' },
    },
    { kind: 'healthy' },
  ],
])('%s: nothing is wrong', (_, given, expected) => {
  expect(judge(given)).toMatchObject(expected)
})

test.each<[string, Given, string]>([
  [
    'an old template',
    { workloads: [deployment({}, {}, [{ name: 'app', image: `${repository}@${older}` }])] },
    `Deployment web is told to run ${repository}@${older}`,
  ],
  [
    'a tag alone',
    { workloads: [deployment({}, {}, [{ name: 'app', image: `${repository}:sha-1` }])] },
    `Deployment web is told to run ${repository}:sha-1`,
  ],
  [
    'an old init container',
    {
      workloads: [
        deployment({
          template: { spec: { containers: [{ image }], initContainers: [{ image: `${repository}@${older}` }] } },
        }),
      ],
    },
    `Deployment web is told to run ${repository}@${older}`,
  ],
  [
    'a generation nobody saw',
    { workloads: [deployment({}, { observedGeneration: 3 })] },
    'Deployment web has not been seen by its controller as it is now',
  ],
  [
    'a Rollout whose generation, a string, is older',
    { workloads: [rollout({}, { observedGeneration: '3' })] },
    'Rollout web has not been seen by its controller as it is now',
  ],
  [
    'a partition that leaves old pods',
    { workloads: [statefulSet({ updateStrategy: { rollingUpdate: { partition: 2 } } }, { updatedReplicas: 1 })] },
    'StatefulSet web 1 of 3 replicas are updated; its partition 2 leaves the others',
  ],
  [
    'replicas of the old kind',
    { workloads: [deployment({}, { replicas: 4 })] },
    'Deployment web 1 replicas too many are left',
  ],
  [
    'replicas that are not ready',
    { workloads: [deployment({}, { availableReplicas: 2 })] },
    'Deployment web 2 of 3 replicas are available',
  ],
  [
    'a DaemonSet on its way',
    { workloads: [daemonSet({ desiredNumberScheduled: 2, updatedNumberScheduled: 1, numberAvailable: 2 })] },
    'DaemonSet web 1 of 2 pods are updated',
  ],
  [
    'a scale to zero under way',
    { workloads: [deployment({ replicas: 0 }, { replicas: 1, updatedReplicas: 0 })] },
    'Deployment web 1 replicas too many are left',
  ],
  [
    'a Rollout paused at its own steps',
    {
      workloads: [
        rollout({}, { phase: 'Paused', controllerPause: true, pauseConditions: [{ reason: 'CanaryPauseStep' }] }),
      ],
    },
    'Rollout web paused at its own steps (CanaryPauseStep)',
  ],
  [
    'a Rollout that goes on',
    { workloads: [rollout({}, { phase: 'Progressing', controllerPause: true })] },
    'Rollout web going on after a pause',
  ],
  ['a Rollout that a person paused', { workloads: [rollout({ paused: true })] }, 'Rollout web paused by spec.paused'],
  [
    'a Rollout that is being aborted, and has not said why',
    { workloads: [rollout({}, { abort: true, phase: 'Paused', message: 'CanaryPauseStep' })] },
    'Rollout web is being aborted',
  ],
  [
    'a Rollout not promoted',
    { workloads: [rollout({}, { stableRS: 'y', phase: 'Progressing', message: 'more replicas need to be updated' })] },
    'Rollout web not promoted to stable yet: more replicas need to be updated',
  ],
  ['an old pod', { pods: [pod(image), pod(`${repository}:sha-0@${older}`)] }, 'web-0 still runs another digest'],
  [
    'an old pod that is ending',
    { pods: [pod(`${repository}@${older}`, { deletionTimestamp: at(now + 10_000) })] },
    'web-0 still runs another digest',
  ],
  [
    'a pod that names a tag, and runs the old digest',
    { pods: [pod(`${repository}:x`, {}, { containerStatuses: [{ name: 'app', imageID: `${repository}@${older}` }] })] },
    'web-0 still runs another digest',
  ],
  ['a workload that is not there', { missing: ['StatefulSet db'] }, 'StatefulSet db is not there yet'],
  [
    'an Application that is Progressing',
    { health: { status: 'Progressing' } },
    'Argo CD finds the Application Progressing',
  ],
  [
    'one that was Degraded before the sync',
    { health: { status: 'Degraded', lastTransitionTime: at(since - 1000) } },
    'Argo CD finds the Application Degraded',
  ],
  [
    'a deadline that had passed before the sync',
    {
      workloads: [
        deployment(
          {},
          {
            updatedReplicas: 2,
            conditions: [{ type: 'Progressing', reason: 'ProgressDeadlineExceeded', lastUpdateTime: at(since - 1000) }],
          },
        ),
      ],
    },
    'Deployment web 2 of 3 replicas are updated',
  ],
])('%s: is waited for', (_, given, reason) => {
  expect(judge(given)).toEqual({ kind: 'progressing', reason, syncedAt: since })
})

const couldNotMeasure =
  'RolloutAborted: Rollout aborted update to revision 2: Step-based analysis phase error/failed: Metric "errors" assessed Error due to consecutiveErrors (5) > consecutiveErrorLimit (4): "Error Message: connection refused"'
const failed = couldNotMeasure.replace(
  'assessed Error due to consecutiveErrors (5)',
  'assessed Failed due to failed (1)',
)

test.each<[string, Given, string]>([
  [
    'a Rollout that an inconclusive analysis paused',
    { workloads: [rollout({}, { phase: 'Paused', pauseConditions: [{ reason: 'InconclusiveAnalysisRun' }] })] },
    'Rollout web paused by an inconclusive analysis: promote, retry or abort the Rollout',
  ],
  [
    'a Rollout aborted because its analysis could not measure, which Argo CD calls Degraded',
    {
      workloads: [rollout({}, { abort: true, abortedAt: at(since + 1), phase: 'Degraded', message: couldNotMeasure })],
      health: { status: 'Degraded', lastTransitionTime: at(since + 1) },
    },
    `Rollout web was aborted without a verdict: retry the Rollout: ${couldNotMeasure}`,
  ],
  [
    'a Rollout aborted before the sync',
    { workloads: [rollout({}, { abort: true, abortedAt: at(since - 1), phase: 'Degraded', message: failed })] },
    `Rollout web was aborted before this pin was synced: retry the Rollout: ${failed}`,
  ],
  [
    'an image in no kind that is known',
    { workloads: [deployment({}, {}, [{ name: 'x', image: 'redis:7' }]), podTemplate()] },
    `no Deployment, StatefulSet, DaemonSet, Rollout, CronJob or ReplicaSet of the Application has a container of ${repository}`,
  ],
])('%s: is no verdict', (_, given, reason) => {
  expect(judge(given)).toEqual({ kind: 'undecided', reason })
})

test('what is undecided hides nothing that is bad', () => {
  const paused = rollout({}, { pauseConditions: [{ reason: 'InconclusiveAnalysisRun' }] })
  const aborted = rollout({}, { abort: true, abortedAt: at(since + 1), phase: 'Degraded', message: failed })
  expect(judge({ workloads: [paused, aborted] })).toMatchObject({ kind: 'aborted' })
  const broken = rollout({}, { phase: 'Degraded', message: 'InvalidSpec: x' })
  expect(judge({ workloads: [paused, broken] })).toMatchObject({ kind: 'degraded' })
})

test.each<[string, Given, object]>([
  [
    'an aborted Rollout, with the words of its analysis',
    {
      workloads: [
        rollout({}, { abort: true, phase: 'Degraded', message: 'RolloutAborted: metric "errors" assessed Failed' }),
      ],
    },
    { kind: 'aborted', reason: 'Rollout web aborted: RolloutAborted: metric "errors" assessed Failed' },
  ],
  [
    'a degraded Rollout',
    { workloads: [rollout({}, { phase: 'Degraded', message: 'InvalidSpec: x' })] },
    { kind: 'degraded', reason: 'Rollout web degraded: InvalidSpec: x', syncedAt: since },
  ],
  [
    'a deadline exceeded',
    {
      workloads: [
        deployment(
          {},
          {
            updatedReplicas: 1,
            conditions: [
              {
                type: 'Progressing',
                reason: 'ProgressDeadlineExceeded',
                message: 'timed out',
                lastUpdateTime: at(since + 1),
              },
            ],
          },
        ),
      ],
    },
    { kind: 'degraded', reason: 'Deployment web timed out' },
  ],
  [
    'Degraded after the sync',
    { health: { status: 'Degraded', lastTransitionTime: at(since + 1000) } },
    { kind: 'degraded', reason: 'Argo CD finds it Degraded', syncedAt: since },
  ],
])('%s: is bad', (_, given, expected) => {
  expect(judge(given)).toMatchObject(expected)
})

test.each<[string, Given]>([
  ['that have ended', { pods: [pod(`${repository}@${older}`, {}, { phase: 'Failed' })] }],
  ['on a node that is lost', { pods: [pod(`${repository}@${older}`, { deletionTimestamp: at(now - 31_000) })] }],
  ['of another image', { pods: [pod('redis:7')] }],
  ['of the image, by another spelling', { pods: [pod(`${repository}@${digest}`)] }],
])('pods %s are no hindrance', (_, given) => {
  expect(judge(given)).toMatchObject({ kind: 'healthy' })
})

test('a Rollout that borrows a Deployment’s template is judged by it, and the Deployment at no replicas is not', () => {
  const borrowed = rollout(
    { template: undefined, workloadRef: { kind: 'Deployment', name: 'web' } },
    { workloadObservedGeneration: '4' },
  )
  const lender = deployment({ replicas: 0 }, { replicas: 0, updatedReplicas: 0, availableReplicas: 0 })
  expect(judge({ workloads: [borrowed, lender] })).toMatchObject({ kind: 'healthy', replicas: 3 })
  const changed = { ...lender, metadata: { name: 'web', generation: 5 } }
  expect(judge({ workloads: [borrowed, changed] })).toMatchObject({
    kind: 'progressing',
    reason: expect.stringMatching(/not been seen/),
  })
})

test.each([
  ['PodTemplate', podTemplate()],
  ['ReplicaSet', workload('ReplicaSet', { replicas: 0 }, { replicas: 0 })],
])('a Rollout borrows the template of a %s as well', (kind, lender) => {
  const reference = { template: undefined, workloadRef: { kind, name: 'web' } }
  const borrowed = rollout(reference, { workloadObservedGeneration: '4' })
  expect(judge({ workloads: [borrowed, lender] })).toMatchObject({ kind: 'healthy', replicas: 3 })
})

test('a ReplicaSet of its own is judged by its replicas', () => {
  const set = workload('ReplicaSet', {}, { updatedReplicas: undefined })
  expect(judge({ workloads: [set] })).toMatchObject({ kind: 'healthy', replicas: 3 })
  const short = workload('ReplicaSet', {}, { updatedReplicas: undefined, replicas: 2 })
  expect(judge({ workloads: [short] })).toMatchObject({ kind: 'progressing' })
})

test('an aborted Rollout of another digest is no verdict on this one', () => {
  const other = workload('Rollout', {}, { ...stable, abort: true, phase: 'Degraded' }, [
    { name: 'app', image: `${repository}@${older}` },
  ])
  expect(judge({ workloads: [other] })).toMatchObject({ kind: 'progressing' })
})
