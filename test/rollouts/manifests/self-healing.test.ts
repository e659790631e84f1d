import { describe } from '@jest/globals'
import { replacementHealing, restartHealing, track } from '../../../rollouts/manifests/index.ts'
import { type Case, judged, type Place } from './play.ts'
import { gauge, type Labels, measuring, start } from './samples.ts'

/** A pod as kube-state-metrics tells of it; times in seconds after the analysis began (before it, when negative). */
type Pod = {
  container?: string
  cluster?: string
  digest?: string
  track?: string
  app?: string
  /** When it was created, when its container last ended, when it became Ready. */
  created?: number
  ended?: number
  ready?: number
  /** It is not Ready, although it was. */
  down?: boolean
}

const longAgo = -100_000

const world =
  (list: (place: Place) => readonly Pod[]): Case['world'] =>
  place =>
    list(place)
      .map((pod, index) => shown(pod, index, place))
      .join('')

function shown(pod: Pod, index: number, place: Place): string {
  const { container = place.service, cluster = place.cluster, digest = 'sha256:new', track = 'canary' } = pod
  const { created = longAgo, ended, ready, down = false } = pod
  const named = { cluster, namespace: place.service, pod: `pod-${index}`, uid: `uid-${cluster}-${index}` }
  return ['a', 'b']
    .map(instance => {
      const at: Labels = { ...named, instance }
      const told = (name: string, labels: Labels, time?: number) =>
        time === undefined
          ? ''
          : gauge(name, labels, seconds => (seconds >= time + measuring - start ? measuring + time : undefined))
      const isReady = ready !== undefined && !down
      return [
        told('kube_pod_created', at, created),
        told('kube_pod_container_status_last_terminated_timestamp', { ...at, container }, ended),
        told('kube_pod_status_ready_time', at, ready),
        gauge('kube_pod_status_ready', { ...at, condition: 'true' }, seconds =>
          isReady && seconds >= ready + measuring - start ? 1 : 0,
        ),
        gauge('kube_pod_status_ready', { ...at, condition: 'false' }, isReady ? 0 : 1),
        gauge('kube_pod_container_info', { ...at, container, image_id: `ghcr.io/acme/x@${digest}` }, 1),
        gauge('kube_pod_labels', { ...at, label_app_kubernetes_io_name: pod.app ?? container, label_track: track }, 1),
      ].join('')
    })
    .join('')
}

/** Pods of others that never heal. */
const decoys = ({ service, cluster }: Place, event: Pod): Pod[] => [
  { container: `not-${service}`, ...event },
  { cluster: `${cluster}-b`, ...event },
  { digest: 'sha256:old', track: 'stable', ...event },
]

describe('after a crash', () => {
  const pods = (...own: Pod[]) => world(place => [...own, ...decoys(place, { ended: -200, created: longAgo })])
  judged('restart', restartHealing(), [
    { name: 'nothing happened', world: pods({ ready: longAgo + 5 }), verdict: 'Successful' },
    { name: 'Ready again after 20 s', world: pods({ ended: -100, ready: -80 }), verdict: 'Successful' },
    { name: 'Ready again after 90 s', world: pods({ ended: -200, ready: -110 }), verdict: 'Failed' },
    {
      name: 'one of two is slow',
      world: pods({ ended: -200, ready: -190 }, { ended: -200, ready: -110 }),
      verdict: 'Failed',
    },
    { name: 'still not Ready', world: pods({ ended: -120 }), verdict: 'Failed' },
    { name: 'Ready again, and no longer', world: pods({ ended: -200, ready: -190, down: true }), verdict: 'Failed' },
    { name: 'Ready by what is known, from before', world: pods({ ended: -120, ready: -500 }), verdict: 'Failed' },
    { name: 'Ready before, and not since', world: pods({ ended: -120, ready: -500, down: true }), verdict: 'Failed' },
    { name: 'ends while it is measured, and heals', world: pods({ ended: 70, ready: 95 }), verdict: 'Successful' },
    { name: 'ends while it is measured, and does not heal', world: pods({ ended: 70 }), verdict: 'Failed' },
    { name: 'long ago', world: pods({ ended: -5000, ready: -4000 }), verdict: 'Successful' },
    { name: 'no traffic, no pods', world: pods(), verdict: 'Inconclusive' },
    {
      name: 'as slow as an app allows',
      world: pods({ ended: -200, ready: -110 }),
      verdict: 'Successful',
      args: { 'max-restart-seconds': '120' },
    },
  ])
})

describe('in place of a lost pod', () => {
  const pods = (...own: Pod[]) => world(place => [...own, ...decoys(place, { created: -200 })])
  judged('replacement', replacementHealing(), [
    { name: 'nothing happened', world: pods({ ready: longAgo + 5 }), verdict: 'Successful' },
    { name: 'Ready after 20 s', world: pods({ created: -100, ready: -80 }), verdict: 'Successful' },
    { name: 'Ready after 90 s', world: pods({ created: -200, ready: -110 }), verdict: 'Failed' },
    {
      name: 'one of two is slow',
      world: pods({ created: -200, ready: -190 }, { created: -200, ready: -110 }),
      verdict: 'Failed',
    },
    { name: 'still not Ready', world: pods({ created: -120 }), verdict: 'Failed' },
    { name: 'Ready, and no longer', world: pods({ created: -200, ready: -190, down: true }), verdict: 'Failed' },
    { name: 'no traffic, no pods', world: pods(), verdict: 'Inconclusive' },
  ])
})

describe('of one track of a Rollout', () => {
  const slow = { created: -200 }
  const pods = (...own: Pod[]) =>
    world(({ service, cluster }) => [
      ...own,
      { track: 'stable', ...slow },
      { app: `not-${service}`, ...slow },
      { cluster: `${cluster}-b`, ...slow },
    ])
  judged('replacement', replacementHealing({ of: track('canary') }), [
    { name: 'Ready after 20 s', world: pods({ created: -100, ready: -80 }), verdict: 'Successful' },
    {
      name: 'Ready after 90 s',
      world: pods({ created: -200, ready: -110 }, { created: -200, ready: -190 }),
      verdict: 'Failed',
    },
    { name: 'no pods', world: pods(), verdict: 'Inconclusive' },
    { name: 'Ready, and no longer', world: pods({ created: -200, ready: -190, down: true }), verdict: 'Failed' },
  ])
})
