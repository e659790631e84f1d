import { describe } from '@jest/globals'
import {
  baseline,
  besideBaseline,
  cpuAgainst,
  cpuSaturation,
  memoryAgainst,
  memorySaturation,
  stable,
} from '../../../rollouts/manifests/index.ts'
import { judged, type Place } from './play.ts'
import { type Pod, pods } from './pods-world.ts'

type Shape = Omit<Pod, 'name'>

const full = { cpu: 20, memory: 990 }
const empty = { cpu: 0, memory: 0 }

/** Pods of others, as full as can be: another container, another cluster, another release. */
const fullDecoys = ({ service, cluster }: Place): Pod[] => [
  { name: 'other', container: `not-${service}`, ...full },
  { name: 'elsewhere', cluster: `${cluster}-b`, ...full },
  { name: 'former', digest: 'sha256:old', track: 'stable', ...full },
]

const release = (...own: Shape[]) =>
  pods(place => [...own.map((pod, index) => ({ name: `own-${index}`, ...pod })), ...fullDecoys(place)])

describe('cpu', () => {
  judged('cpu', cpuSaturation(), [
    { name: 'half', world: release({ cpu: 1 }, { cpu: 1 }), verdict: 'Successful' },
    { name: 'one pod is busy, the other is not', world: release({ cpu: 2.2 }, { cpu: 0.2 }), verdict: 'Successful' },
    { name: 'full', world: release({ cpu: 2.2 }, { cpu: 2 }), verdict: 'Failed' },
    { name: 'no traffic', world: release({ cpu: 0 }), verdict: 'Successful' },
    { name: 'no pods', world: release(), verdict: 'Inconclusive' },
    { name: 'a container was replaced', world: release({ cpu: 1, replaced: true }), verdict: 'Successful' },
    { name: 'a restart under way', world: release({ cpu: 1, resetAt: 360 }), verdict: 'Successful' },
  ])
})

describe('memory', () => {
  judged('memory', memorySaturation(), [
    { name: 'half', world: release({ memory: 500 }, { memory: 400 }), verdict: 'Successful' },
    { name: 'one pod is full', world: release({ memory: 950 }, { memory: 100 }), verdict: 'Failed' },
    { name: 'no traffic', world: release({ memory: 0 }), verdict: 'Successful' },
    { name: 'no pods', world: release(), verdict: 'Inconclusive' },
    { name: 'a container was replaced', world: release({ memory: 500, replaced: true }), verdict: 'Successful' },
  ])
})

const stablePod = ({ cluster }: Place): Pod => ({
  name: 'stable',
  cluster: `${cluster}-b`,
  digest: 'sha256:old',
  track: 'stable',
})

/** The release's pods, one stable pod elsewhere, and decoys that are neither. */
const compared = (own: Shape[], there: Shape | undefined, decoy: Shape) =>
  pods(place => [
    ...own.map((pod, index) => ({ name: `own-${index}`, ...pod })),
    ...(there ? [{ ...stablePod(place), ...there }] : []),
    { ...stablePod(place), name: 'other', container: `not-${place.service}`, ...decoy },
    { ...stablePod(place), name: 'ahead', digest: 'sha256:new', ...decoy },
    { ...stablePod(place), name: 'here', cluster: place.cluster, ...decoy },
    { name: 'other', container: `not-${place.service}`, ...decoy },
  ])

describe('cpu against stable', () => {
  judged('cpu', cpuAgainst(stable), [
    { name: 'as busy', world: compared([{ cpu: 1 }], { cpu: 1 }, full), verdict: 'Successful' },
    { name: 'busier', world: compared([{ cpu: 1 }], { cpu: 0.4 }, full), verdict: 'Failed' },
    {
      name: 'a busier one restarts again and again',
      world: compared([{ cpu: 1, resetAt: { every: 90 } }], { cpu: 0.4 }, full),
      verdict: 'Failed',
    },
    { name: 'busier, among idle ones', world: compared([{ cpu: 0.4 }], { cpu: 0.2 }, empty), verdict: 'Failed' },
    { name: 'as busy, among idle ones', world: compared([{ cpu: 1 }], { cpu: 1 }, empty), verdict: 'Successful' },
    { name: 'no traffic here', world: compared([{ cpu: 0 }], { cpu: 1 }, full), verdict: 'Successful' },
    { name: 'no traffic there', world: compared([{ cpu: 1 }], { cpu: 0 }, full), verdict: 'Inconclusive' },
    { name: 'no pods here', world: compared([], { cpu: 1 }, full), verdict: 'Inconclusive' },
    { name: 'no pods there', world: compared([{ cpu: 1 }], undefined, full), verdict: 'Inconclusive' },
    {
      name: 'the first release',
      world: compared([{ cpu: 1 }], undefined, full),
      verdict: 'Successful',
      args: { 'stable-digest': 'none' },
    },
    {
      name: 'a restart under way',
      world: compared([{ cpu: 1, resetAt: 360 }], { cpu: 1 }, full),
      verdict: 'Successful',
    },
  ])
})

describe('memory against stable', () => {
  judged('memory', memoryAgainst(stable), [
    {
      name: 'one pod is fuller',
      world: compared([{ memory: 600 }, { memory: 10 }], { memory: 300 }, full),
      verdict: 'Failed',
    },
    { name: 'as full', world: compared([{ memory: 300 }], { memory: 300 }, full), verdict: 'Successful' },
    { name: 'fuller', world: compared([{ memory: 300 }], { memory: 150 }, full), verdict: 'Failed' },
    { name: 'no pods here', world: compared([], { memory: 100 }, full), verdict: 'Inconclusive' },
    { name: 'no pods there', world: compared([{ memory: 100 }], undefined, full), verdict: 'Inconclusive' },
    {
      name: 'the first release',
      world: compared([{ memory: 100 }], undefined, full),
      verdict: 'Successful',
      args: { 'stable-digest': 'none' },
    },
  ])
})

describe('cpu against a baseline', () => {
  const world = (own: Shape, there: Shape | undefined, decoy: Shape) =>
    pods(place => [
      { name: 'own', ...own },
      ...(there ? [{ name: 'baseline', track: 'baseline', ...there }] : []),
      { name: 'elsewhere', cluster: `${place.cluster}-b`, ...decoy },
      { name: 'baseline elsewhere', cluster: `${place.cluster}-b`, track: 'baseline', ...decoy },
      { name: 'other', container: `not-${place.service}`, track: 'baseline', ...decoy },
      { name: 'another', container: `not-${place.service}`, ...decoy },
      { name: 'guest', app: `not-${place.service}`, ...decoy },
      { name: 'guest of the baseline', app: `not-${place.service}`, track: 'baseline', ...decoy },
    ])
  judged('cpu', cpuAgainst(baseline, { of: besideBaseline }), [
    { name: 'as busy', world: world({ cpu: 1 }, { cpu: 1 }, full), verdict: 'Successful' },
    { name: 'busier', world: world({ cpu: 1 }, { cpu: 0.4 }, full), verdict: 'Failed' },
    {
      name: 'a busier one restarts again and again',
      world: world({ cpu: 1, resetAt: { every: 90 } }, { cpu: 0.4 }, full),
      verdict: 'Failed',
    },
    { name: 'as busy, among idle ones', world: world({ cpu: 1 }, { cpu: 1 }, empty), verdict: 'Successful' },
    { name: 'no baseline', world: world({ cpu: 1 }, undefined, full), verdict: 'Inconclusive' },
    {
      name: 'the first release',
      world: world({ cpu: 1 }, undefined, full),
      verdict: 'Successful',
      args: { 'stable-digest': 'none' },
    },
  ])
})
