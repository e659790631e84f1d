import { describe } from '@jest/globals'
import {
  activeControllers,
  cacheHitRatio,
  jetstreamLag,
  kafkaLag,
  memphisLag,
  offlinePartitions,
} from '../../../rollouts/manifests/index.ts'
import { type Case, judged, type Place } from './play.ts'
import { counter, gauge, type Labels } from './samples.ts'

type Value = number | ((at: number) => number | undefined)

/** A burst: one sample far above the limit. */
const burst = (at: number) => (at === 390 ? 50_000 : 10)
/** Nothing but a backlog, in series that must not be seen. */
const backlog = 5000

describe('a JetStream queue', () => {
  const series = (labels: Labels, value: Value, prefix = 'jetstream') =>
    gauge(`${prefix}_consumer_num_pending`, { account: 'A', is_consumer_leader: 'true', ...labels }, value)
  const own = ({ cluster }: Place) => ({ cluster, stream_name: 'orders', consumer_name: 'billing' })
  const world =
    (...values: Value[]): Case['world'] =>
    place =>
      [
        ...values.map((value, index) => series({ ...own(place), account: `A${index}` }, value)),
        ...(values.length > 0 ? [series({ ...own(place), server: 'b', is_consumer_leader: 'false' }, backlog)] : []),
        series({ ...own(place), cluster: `${place.cluster}-b` }, backlog),
        series({ ...own(place), stream_name: 'other' }, backlog),
        series({ ...own(place), consumer_name: 'other' }, backlog),
      ].join('')
  const args = { stream: 'orders', consumer: 'billing' }

  judged(
    'pending',
    jetstreamLag(),
    [
      { name: 'keeps up', world: world(10), verdict: 'Successful' },
      { name: 'falls behind', world: world(backlog), verdict: 'Failed' },
      { name: 'falls behind, a little in each of two accounts', world: world(600, 600), verdict: 'Failed' },
      { name: 'works off a burst', world: world(burst), verdict: 'Successful' },
      { name: 'no traffic', world: world(0), verdict: 'Successful' },
      { name: 'no series', world: world(), verdict: 'Inconclusive' },
      { name: 'an exporter restarts', world: world(at => (at === 360 ? undefined : 10)), verdict: 'Successful' },
      {
        name: 'told twice, by an old exporter',
        world: place =>
          ['a', 'b'].map(server => series({ ...own(place), server, is_consumer_leader: '' }, 600)).join(''),
        verdict: 'Successful',
      },
    ],
    args,
  )
})

describe('a Memphis station', () => {
  const world =
    (...partitions: Value[]): Case['world'] =>
    ({ cluster }) =>
      [
        ...partitions.map((value, index) => pending({ cluster, stream_name: `orders$${index + 1}` }, value)),
        pending({ cluster, stream_name: 'orders-old' }, backlog),
        pending({ cluster, stream_name: 'orders$1', consumer_name: 'other' }, backlog),
        pending({ cluster: `${cluster}-b`, stream_name: 'orders$1' }, backlog),
        ...(partitions.length > 0
          ? [pending({ cluster, stream_name: 'orders$1', is_consumer_leader: 'false' }, backlog)]
          : []),
      ].join('')
  const pending = (labels: Labels, value: Value) =>
    gauge('memphis_consumer_num_pending', { consumer_name: 'billing', account: 'A', ...labels }, value)

  judged(
    'pending',
    memphisLag(),
    [
      { name: 'keeps up', world: world(10, 10), verdict: 'Successful' },
      { name: 'falls behind on one partition', world: world(10, backlog), verdict: 'Failed' },
      { name: 'works off a burst', world: world(burst, 0), verdict: 'Successful' },
      { name: 'no traffic', world: world(0, 0), verdict: 'Successful' },
      { name: 'no series', world: world(), verdict: 'Inconclusive' },
      {
        name: 'told twice',
        world: ({ cluster }) =>
          ['a', 'b'].map(server => pending({ cluster, stream_name: 'orders', server }, 600)).join(''),
        verdict: 'Successful',
      },
    ],
    { station: 'orders', consumer: 'billing' },
  )
})

describe('a Kafka topic', () => {
  const lag = (labels: Labels, value: Value) =>
    gauge('kafka_consumergroup_lag', { consumergroup: 'billing', topic: 'orders', ...labels }, value)
  const world =
    (...partitions: Value[]): Case['world'] =>
    ({ cluster }) =>
      [
        ...partitions.flatMap((value, partition) =>
          ['a', 'b'].map(instance => lag({ cluster, partition: String(partition), instance }, value)),
        ),
        lag({ cluster: `${cluster}-b`, partition: '0' }, backlog),
        lag({ cluster, partition: '7', topic: 'other' }, backlog),
        lag({ cluster, partition: '7', consumergroup: 'other' }, backlog),
      ].join('')

  judged(
    'lag',
    kafkaLag(),
    [
      { name: 'keeps up', world: world(600, 0), verdict: 'Successful' },
      { name: 'falls behind on all partitions together', world: world(600, 600), verdict: 'Failed' },
      { name: 'works off a burst', world: world(burst, 0), verdict: 'Successful' },
      { name: 'no traffic', world: world(0, 0), verdict: 'Successful' },
      { name: 'a partition without messages', world: world(10, -1), verdict: 'Successful' },
      { name: 'nothing was ever committed', world: world(-1, -1), verdict: 'Inconclusive' },
      { name: 'no series', world: world(), verdict: 'Inconclusive' },
      { name: 'offsets are reset', world: world(at => (at < 360 ? 0 : 100_000)), verdict: 'Failed' },
    ],
    { 'consumer-group': 'billing', topic: 'orders' },
  )
})

describe('Kafka', () => {
  const series = (name: string, cluster: string, pod: string, value: Value, kafka = 'main') =>
    gauge(`kafka_controller_kafkacontroller_${name}`, { cluster, pod, strimzi_io_cluster: kafka }, value)
  const world =
    (name: string, values: Value[], elsewhere: number): Case['world'] =>
    ({ cluster }) =>
      [
        ...values.map((value, index) => series(name, cluster, `controller-${index}`, value)),
        series(name, `${cluster}-b`, 'controller-0', elsewhere),
        series(name, cluster, 'controller-9', elsewhere, 'other'),
      ].join('')
  const args = { kafka: 'main' }
  const active = (...values: Value[]) => world('activecontrollercount', values, 1)
  const offline = (...values: Value[]) => world('offlinepartitionscount', values, 3)

  judged(
    'controllers',
    activeControllers(),
    [
      { name: 'one', world: active(0, 1, 0), verdict: 'Successful' },
      { name: 'none', world: active(0, 0, 0), verdict: 'Failed' },
      { name: 'two', world: active(1, 1, 0), verdict: 'Failed' },
      {
        name: 'another is elected',
        world: active(
          at => (at < 420 ? 1 : 0),
          at => (at < 450 ? 0 : 1),
        ),
        verdict: 'Successful',
      },
      { name: 'no series', world: active(), verdict: 'Inconclusive' },
    ],
    args,
  )
  judged(
    'partitions',
    offlinePartitions(),
    [
      { name: 'all have leaders', world: offline(0, 0, 0), verdict: 'Successful' },
      { name: 'one has none', world: offline(1, 1, 1), verdict: 'Failed' },
      { name: 'one has none, says one', world: offline(0, 1, 0), verdict: 'Failed' },
      { name: 'no series', world: offline(), verdict: 'Inconclusive' },
    ],
    args,
  )
})

describe('a cache', () => {
  const world =
    (hits?: number, misses?: number, resetAt?: number): Case['world'] =>
    ({ cluster }) =>
      [
        hits === undefined ? '' : counter('redis_keyspace_hits_total', { cluster, job: 'sessions' }, hits, resetAt),
        misses === undefined
          ? ''
          : counter('redis_keyspace_misses_total', { cluster, job: 'sessions' }, misses, resetAt),
        ...[
          { cluster, job: 'other' },
          { cluster: `${cluster}-b`, job: 'sessions' },
        ].flatMap(labels => [
          counter('redis_keyspace_hits_total', labels, 1),
          counter('redis_keyspace_misses_total', labels, 100),
        ]),
      ].join('')

  judged(
    'hits',
    cacheHitRatio(),
    [
      { name: 'warm', world: world(9, 1), verdict: 'Successful' },
      { name: 'missing', world: world(5, 5), verdict: 'Failed' },
      { name: 'a handful of lookups', world: world(0.1, 0.4), verdict: 'Inconclusive' },
      { name: 'no traffic', world: world(0, 0), verdict: 'Inconclusive' },
      { name: 'no series', world: world(), verdict: 'Inconclusive' },
      { name: 'a restart under way', world: world(9, 1, 360), verdict: 'Successful' },
    ],
    { cache: 'sessions' },
  )
})
